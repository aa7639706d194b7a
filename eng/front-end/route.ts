// app/api/scenarios/route.ts: the key stays on the server, and the user is the one who is signed in, not the one who is named.
declare const process: { env: Record<string, string | undefined> };
declare function signedInUser(request: Request): Promise<string | null>;

export async function POST(request: Request): Promise<Response> {
  const user_id = await signedInUser(request);
  if (!user_id) return new Response(null, { status: 401 });

  const { short_id, scenario } = await request.json();
  const answer = await fetch(`${process.env.SCENARIO_SERVICE_URL}/scenario/save`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${process.env.SCENARIO_API_KEY}`,
      'Idempotency-Key': request.headers.get('Idempotency-Key') ?? crypto.randomUUID(),
    },
    body: JSON.stringify({ short_id, user_id, scenario }),
  });
  return new Response(answer.body, { status: answer.status, headers: { 'Content-Type': answer.headers.get('Content-Type') ?? '' } });
}
