// Calls the compiled route handler once, as Next.js does: node run-route.mjs HANDLER BODY [USER]. Prints its answer as JSON.
const [handler, body, user] = process.argv.slice(2);
globalThis.signedInUser = async () => user ?? null;

const { POST } = await import(handler);
const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': 'order-1' };
const answer = await POST(new Request('http://front-end.test/api/scenarios', { method: 'POST', headers, body }));
console.log(JSON.stringify({ status: answer.status, type: answer.headers.get('Content-Type'), body: await answer.text() }));
