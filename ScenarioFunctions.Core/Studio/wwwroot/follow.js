/** Follows a task to its end: as often as the service asks, and only while someone can see it. */
import { UnreachableError, hasEnded } from './api.js';

const pauses = [1000, 2000, 4000, 8000, 15_000];

/** After a task's end, while its last scenes wind down. */
const lastLooks = 30;

/**
 * @param {import('./app.js').Page} page
 * @param {string} taskId
 * @param {(task: import('./api.js').Task, now: number) => void} onTask Called on each change only.
 * @returns {Promise<void>} Ends with the task; rejects when the service refuses, such as with 404.
 */
export async function follow({ api, signal, onReach }, taskId, onTask) {
  let task = null;
  let etag = null;
  let misses = 0;
  let looks = 0;
  while (!signal.aborted) {
    let pause;
    try {
      await visible(signal);
      const answer = await api.task(taskId, { etag, signal });
      misses = 0;
      onReach(true);
      etag = answer.etag;
      if (answer.task) onTask(answer.task, answer.now);
      task = answer.task ?? task;
      if (hasEnded(task) && (!task.scenes?.some((scene) => scene.status === 'generating') || looks++ === lastLooks)) return;
      pause = Math.min(Math.max(answer.retryAfter ?? 1000, 250), 60_000);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof UnreachableError)) throw error;
      onReach(false);
      pause = error.retryAfter ?? pauses[Math.min(misses++, pauses.length - 1)];
    }
    await sleep(pause, signal);
  }
}

const visible = (signal) => document.hidden && wait(signal, (done) => document.addEventListener('visibilitychange', done, { once: true }));

const sleep = (milliseconds, signal) => wait(signal, (done) => setTimeout(done, milliseconds));

/** Waits for what `start` calls back, or until the signal is aborted. */
function wait(signal, start) {
  const { promise, resolve } = Promise.withResolvers();
  start(resolve);
  signal.addEventListener('abort', resolve);
  return promise.finally(() => signal.removeEventListener('abort', resolve));
}
