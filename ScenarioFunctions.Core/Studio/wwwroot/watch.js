/** The view of one task: its progress, its scenes, and what became of each. */
import { ApiError, hasEnded } from './api.js';
import { makeCard } from './card.js';
import { announce, fill, find, make, say, showText } from './dom.js';
import { follow } from './follow.js';
import { duration, plural, statusName, when } from './format.js';
import { parse } from './json-place.js';
import { keepDraft, recallStarted } from './memory.js';
import { outcomeOf } from './outcome.js';
import { openViewer, updateViewer } from './viewer.js';

/**
 * @param {HTMLElement} root
 * @param {{api: import('./api.js').ScenarioApi, signal: AbortSignal, go: (hash: string) => void,
 *   onReach: (reachable: boolean) => void, fail: (error: unknown) => void, name: (title: string) => void}} page
 * @param {string} taskId
 */
export function showWatch(root, page, taskId) {
  fill('view-watch', root);
  const started = recallStarted(taskId);
  const scenario = started && parse(started.text).value;
  const parts = Object.fromEntries(
    ['.title', '.more', '.facts', '.badge', '.message', '.elapsed', 'progress', '.strip', '.outcome', '#cancel', '#again', '.cards', '.elsewhere']
      .map((selector) => [selector.replace(/^\W/, ''), find(selector, root)]));
  /** @type {import('./api.js').Task | null} */
  let task = null;
  /** @type {ReturnType<typeof makeCard>[]} */
  const cards = [];
  let ahead = 0;
  let cancelling = false;

  setRatio(parts.cards, scenario?.resolution);

  function growTo(/** @type {number} */ count) {
    if (cards.length >= count) return;
    const open = (/** @type {number} */ number) => openViewer(pictures(), number);
    for (let number = cards.length + 1; number <= count; number++) {
      cards.push(makeCard(number, scenario?.scenes?.[number - 1], open));
    }
    parts.cards.append(...cards.filter(({ card }) => !card.isConnected).map(({ card }) => card));
    parts.strip.append(...Array.from({ length: count - parts.strip.childElementCount }, () => make('i', {})));
  }

  const pictures = () => (task?.scenes ?? []).filter((scene) => scene.image_url).map((scene) => ({
    number: scene.scene_number,
    url: /** @type {string} */ (scene.image_url),
    prompt: scenario?.scenes?.[scene.scene_number - 1]?.image_prompt ?? '',
  }));

  function showScenes(/** @type {import('./api.js').Task} */ now) {
    growTo(Math.max(now.metadata.scene_count, now.scenes?.length ?? 0));
    const scenes = now.scenes ?? [];
    cards.forEach(({ card, update }, index) => {
      update(scenes[index] ?? { scene_number: index + 1, status: 'pending' });
      const cell = parts.strip.children[index];
      if (cell.className !== card.dataset.status) cell.className = card.dataset.status;
    });
  }

  function showTask(/** @type {import('./api.js').Task} */ now, /** @type {number} */ clock) {
    const first = !task;
    task = now;
    ahead = clock - Date.now();
    const ended = hasEnded(now);
    if (first) showFacts(parts, now, page);
    const state = ended ? now.status : cancelling ? 'cancelling' : now.status;
    parts.badge.dataset.status = state;
    say(parts.badge, state === 'cancelling' ? 'Cancelling' : statusName(state));
    say(parts.message, now.error?.message ?? now.message);
    parts.progress.value = now.progress;
    parts.progress.dataset.status = state;
    showScenes(now);
    updateViewer(pictures());
    parts.cancel.hidden = ended || cancelling;
    parts.again.hidden = !ended || !started;
    parts.elsewhere.hidden = Boolean(scenario);
    tick();
    if (ended) showEnd(now);
    else announceProgress(now);
  }

  async function showEnd(/** @type {import('./api.js').Task} */ now) {
    const price = now.result || now.status !== 'cancelled' ? null : await page.api.credits(now.metadata.user_id).catch(() => null);
    const outcome = outcomeOf(now, price?.credits_per_image);
    showText(parts.outcome, outcome);
    announce(`${statusName(now.status)}. ${outcome}`);
  }

  let announced = 0;
  function announceProgress(/** @type {import('./api.js').Task} */ now) {
    if (Date.now() - announced < 5000) return;
    announced = Date.now();
    announce(`${now.progress} percent. ${now.message}`);
  }

  function tick() {
    if (!task) return;
    const until = hasEnded(task) ? Date.parse(task.updated_at) : Date.now() + ahead;
    say(parts.elapsed, duration(until - Date.parse(task.created_at)));
  }

  async function cancel() {
    const dialog = find('#cancel-dialog');
    dialog.returnValue = '';
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true, signal: page.signal }));
    if (dialog.returnValue !== 'ok' || !task || hasEnded(task)) return;
    cancelling = true;
    showTask(task, Date.now() + ahead);
    announce('Cancelling');
    try {
      await page.api.cancel(taskId);
    } catch (error) {
      cancelling = false;
      // 409: it ended first; following it shows how.
      if (!(error instanceof ApiError && error.status === 409)) showText(parts.outcome, `Not cancelled: ${/** @type {Error} */ (error).message} Try again.`);
      showTask(task, Date.now() + ahead);
    }
  }

  parts.cancel.addEventListener('click', cancel);
  parts.again.addEventListener('click', () => {
    if (started) keepDraft(started);
    page.go('#/');
  });
  const timer = setInterval(tick, 1000);
  page.signal.addEventListener('abort', () => clearInterval(timer));
  follow(page.api, taskId, { signal: page.signal, onTask: showTask, onReach: page.onReach })
    .then(() => clearInterval(timer), page.fail);
}

/** @param {Record<string, any>} parts @param {import('./api.js').Task} task @param {{name: (title: string) => void}} page */
function showFacts({ title, more, facts }, task, page) {
  const { title: name, user_id, short_id } = task.metadata;
  say(title, name || 'Untitled scenario');
  page.name(name || 'Untitled scenario');
  if (title.scrollHeight > title.clientHeight + 2) more.hidden = false;
  more.addEventListener('click', () => {
    title.classList.add('whole');
    more.hidden = true;
  });
  const rows = [['User', user_id], ['Short id', short_id], ['Started', when(task.created_at)], ['Scenes', plural(task.metadata.scene_count, 'scene')]];
  facts.replaceChildren(...rows.map(([term, text]) => make('div', {}, make('dt', {}, term), make('dd', { dir: 'auto' }, text))));
}

/** Gives pictures their place before they come. @param {HTMLElement} cards @param {unknown} resolution Such as `1080:1920`. */
function setRatio(cards, resolution) {
  const sides = /^(\d{2,5})[:x](\d{2,5})$/.exec(String(resolution ?? ''));
  const ratio = sides ? Math.min(Math.max(Number(sides[1]) / Number(sides[2]), 0.5), 2.4) : 1;
  cards.style.setProperty('--ratio', String(ratio));
  cards.classList.toggle('wide', ratio > 1.1);
}
