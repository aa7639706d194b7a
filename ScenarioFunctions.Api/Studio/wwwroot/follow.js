/** Looks at what changes: as often as the service asks, and only while someone can see it. */
import { UnreachableError, hasEnded } from './api.js';

const pauses = [1000, 2000, 4000, 8000, 15_000];

/** After a task's end, while its last scenes wind down. */
const lastLooks = 30;

/**
 * @param {import('./app.js').Page} page
 * @param {() => Promise<number | null>} look Answers the milliseconds until the next look; null for none.
 * @returns {Promise<void>} Rejects when the service refuses, such as with 404.
 */
export async function keepLooking({ signal, onReach }, look) {
  let misses = 0;
  while (!signal.aborted) {
    let pause;
    try {
      await visible();
      pause = await look();
      misses = 0;
      onReach(true);
      if (pause === null) return;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof UnreachableError)) throw error;
      onReach(false);
      pause = error.retryAfter ?? pauses[Math.min(misses++, pauses.length - 1)];
    }
    await new Promise((done) => setTimeout(done, pause));
  }
}

/**
 * Follows a task to its end.
 * @param {import('./app.js').Page} page
 * @param {string} taskId
 * @param {(task: import('./api.js').Task, now: number) => void} onTask Called on each change only.
 */
export function follow(page, taskId, onTask) {
  let task = null;
  let etag = null;
  let looks = 0;
  return keepLooking(page, async () => {
    const answer = await page.api.task(taskId, { etag, signal: page.signal });
    etag = answer.etag;
    if (answer.task) onTask(answer.task, answer.now);
    task = answer.task ?? task;
    if (hasEnded(task) && (!task.scenes?.some((scene) => scene.status === 'generating') || looks++ === lastLooks)) return null;
    return Math.min(Math.max(answer.retryAfter ?? 1000, 250), 60_000);
  });
}

const visible = () => new Promise((done) => {
  if (document.hidden) document.addEventListener('visibilitychange', done, { once: true });
  else done();
});
