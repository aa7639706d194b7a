/** Polls what changes: as often as the service asks, and while someone can see it. A task is followed by its events where they come through. */
import { UnreachableError, hasEnded } from './api.js';

const pauses = [1000, 2000, 4000, 8000, 15_000];

/** After a task's end, while its last scenes wind down. */
const lastPolls = 30;

/** Between polls of a task while its tab is hidden. */
const hiddenPause = 20_000;

/** So many polls pass before events that did not come through are tried again. */
const pollsWithoutEvents = 15;

export async function poll({ signal, onReach }, read, whileHidden) {
  let misses = 0;
  while (!signal.aborted) {
    let pause;
    try {
      await visible(whileHidden);
      pause = await read();
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

/** Follows a task to its end. */
export function follow(page, taskId, onTask, { events = true } = {}) {
  let task = null;
  let etag = null;
  let ahead = 0;
  let polls = 0;
  let listenAt = 0;
  const isOver = () => hasEnded(task) && (!task.scenes?.some((scene) => scene.status === 'generating') || polls++ === lastPolls);
  const tell = (now) => onTask((task = now), Date.now() + ahead);

  async function listen() {
    const hidden = new AbortController();
    const onHide = () => document.hidden && hidden.abort();
    document.addEventListener('visibilitychange', onHide);
    let heard = false;
    try {
      for await (const events of page.api.events(taskId, AbortSignal.any([page.signal, hidden.signal]))) {
        heard = true;
        tell(events.reduce(withEvent, task));
        if (hasEnded(task)) break;
      }
    } catch {
      // Polls replace them.
    } finally {
      document.removeEventListener('visibilitychange', onHide);
    }
    return heard;
  }

  return poll(page, async () => {
    const answer = await page.api.task(taskId, { etag, signal: page.signal });
    etag = answer.etag;
    ahead = answer.now - Date.now();
    if (answer.task) tell(answer.task);
    if (isOver()) return null;
    if (events && !hasEnded(task) && !document.hidden && listenAt-- <= 0) {
      if (!(await listen())) listenAt = pollsWithoutEvents;
      else if (isOver()) return null;
      else return 1000;
    }
    return Math.min(Math.max(answer.retryAfter ?? 1000, 250), 60_000);
  }, hiddenPause);
}

function withEvent(task, { type, data }) {
  if (type === 'ended') return data;
  if (type === 'scene') {
    const others = (task.scenes ?? []).filter((scene) => scene.scene_number !== data.scene_number);
    return { ...task, scenes: [...others, data].sort((one, other) => one.scene_number - other.scene_number) };
  }
  return { ...task, ...data };
}

const visible = (limit) => new Promise((done) => {
  if (!document.hidden) return done();
  const timer = limit && setTimeout(seen, limit);
  function seen() {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
    done();
  }
  document.addEventListener('visibilitychange', seen);
});
