/** Follows a task to its end: as often as the service asks, and only while someone can see it. */
import { UnreachableError, hasEnded } from './api.js';

const pauses = [1000, 2000, 4000, 8000, 15_000];

/**
 * @param {import('./api.js').ScenarioApi} api
 * @param {string} taskId
 * @param {object} page
 * @param {AbortSignal} page.signal Stops it.
 * @param {(task: import('./api.js').Task, now: number) => void} page.onTask Called on each change only.
 * @param {(reachable: boolean) => void} page.onReach
 * @returns {Promise<void>} Ends with the task; rejects when the service refuses, such as with 404.
 */
export async function follow(api, taskId, { signal, onTask, onReach }) {
  let etag = null;
  let ended = false;
  let misses = 0;
  while (!signal.aborted) {
    let pause;
    try {
      await visible(signal);
      const answer = await api.task(taskId, { etag, signal });
      misses = 0;
      onReach(true);
      etag = answer.etag;
      if (answer.task) {
        onTask(answer.task, answer.now);
        ended = hasEnded(answer.task);
      }
      if (ended && answer.retryAfter === null) return;
      pause = Math.min(Math.max(answer.retryAfter ?? 2000, 250), 60_000);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof UnreachableError)) throw error;
      onReach(false);
      pause = error.retryAfter ?? pauses[Math.min(misses++, pauses.length - 1)];
    }
    await sleep(pause, signal);
  }
}

/** @param {AbortSignal} signal */
const visible = (signal) => document.hidden && once(document, 'visibilitychange', signal);

/** @param {number} milliseconds @param {AbortSignal} signal */
const sleep = (milliseconds, signal) => once(AbortSignal.timeout(milliseconds), 'abort', signal);

/** Ends with the event, or when the signal is aborted. @param {EventTarget} target @param {string} event @param {AbortSignal} signal */
function once(target, event, signal) {
  const { promise, resolve } = Promise.withResolvers();
  const done = new AbortController();
  target.addEventListener(event, resolve, { signal: done.signal });
  signal.addEventListener('abort', resolve, { signal: done.signal });
  return promise.finally(() => done.abort());
}
