/** Asks the service about what is being written: rarely, one question at a time, and only the last answer counts. */
import { UnreachableError } from './api.js';

/** Nobody reads while typing. */
const quiet = 400;

/** Questions count as posts, of which a service may allow 60 a minute. */
const apart = 1500;

export function makeCheck(signal, ask, onAnswer) {
  let asking = new AbortController();
  let timer = 0;
  let asked = -Infinity;

  async function send(question) {
    asked = performance.now();
    const { signal: mine } = (asking = new AbortController());
    let answer = null;
    let error = null;
    try {
      answer = await ask(question, mine);
    } catch (caught) {
      error = caught;
    }
    if (mine.aborted) return;
    const busy = error instanceof UnreachableError || error?.status === 429;
    if (busy) timer = setTimeout(send, error.retryAfter ?? 3000, question);
    onAnswer(answer, error, question);
  }

  const stop = () => {
    clearTimeout(timer);
    asking.abort();
  };
  signal.addEventListener('abort', stop);
  return (question, now = false) => {
    stop();
    if (question === null || signal.aborted) return;
    timer = setTimeout(send, Math.max(now ? 0 : quiet, asked + apart - performance.now()), question);
  };
}
