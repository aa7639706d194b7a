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
function visible(signal) {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener('visibilitychange', () => resolve(undefined), { once: true, signal });
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** @param {number} milliseconds @param {AbortSignal} signal */
function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve(undefined);
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
