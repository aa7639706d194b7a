/** The view of one task: its progress, its scenes, and what became of each. */
import { hasEnded } from './api.js';
import { makeCard } from './card.js';
import { announce, confirmed, fill, make, say, showText } from './dom.js';
import { follow } from './follow.js';
import { duration, statusName, when } from './format.js';
import { parse } from './json-place.js';
import { draft, recallStarted } from './memory.js';
import { outcomeOf } from './outcome.js';
import { scenesOf } from './outline.js';
import { openViewer } from './viewer.js';

/** @param {HTMLElement} root @param {import('./app.js').Page} page @param {string} taskId */
export function showWatch(root, page, taskId) {
  const [heading, facts, badge, message, elapsed, bar, strip, outcome, cancel, again, list, elsewhere] = fill(root, 'view-watch', '.title', '.facts',
    '.badge', '.message', '.elapsed', 'progress', '.strip', '.outcome', '#cancel', '#again', '.cards', '.elsewhere');
  const started = recallStarted(taskId);
  const scenario = started && parse(started.text).value;
  const prompts = scenesOf(scenario).map((scene) => String(scene?.image_prompt || scene?.description || ''));
  /** @type {import('./api.js').Task | null} */
  let task = null;
  const cards = [];
  let ahead = 0;
  let cancelling = false;
  let announced = 0;

  const pictures = () => (task?.scenes ?? []).filter((scene) => scene.image_url).map((scene) =>
    ({ number: scene.scene_number, url: scene.image_url, prompt: prompts[scene.scene_number - 1] ?? '' }));

  function showFacts({ created_at, metadata: { title, user_id, short_id } }) {
    say(heading, title || 'Untitled scenario');
    page.name(heading.textContent);
    const about = { User: user_id, 'Short id': short_id, Started: when(created_at) };
    if (started?.adjustments?.length) about.Adjusted = started.adjustments.join(' ');
    facts.append(...Object.entries(about).map(([term, text]) => make('div', {}, make('dt', {}, term), make('dd', { dir: 'auto' }, text))));
  }

  function showScenes({ metadata, scenes = [] }) {
    for (let number = cards.length + 1; number <= metadata.scene_count; number++) {
      cards.push(makeCard(number, prompts[number - 1] ?? '', () => openViewer(pictures, number)));
      list.append(cards.at(-1).card);
      strip.append(cards.at(-1).mark);
    }
    cards.forEach(({ update }, index) => update(scenes[index] ?? { status: 'pending' }));
  }

  function showState() {
    const ended = hasEnded(task);
    const state = cancelling && !ended ? 'cancelling' : task.status;
    badge.dataset.status = bar.dataset.status = state;
    say(badge, statusName(state));
    cancel.hidden = ended || cancelling;
    again.hidden = !ended || !started;
    const until = ended ? Date.parse(task.updated_at) : Date.now() + ahead;
    say(elapsed, duration(until - Date.parse(task.created_at)));
  }

  function showTask(now, clock) {
    if (!task) showFacts(now);
    task = now;
    ahead = clock - Date.now();
    say(message, now.error?.message ?? now.message);
    bar.value = now.progress;
    showScenes(now);
    showState();
    if (hasEnded(now)) showEnd(now);
    else if (Date.now() - announced > 5000) {
      announced = Date.now();
      announce(`${now.progress} percent. ${now.message}`);
    }
  }

  async function showEnd(now) {
    const credits = now.result ? null : await page.api.credits(now.metadata.user_id, page.signal).catch(() => null);
    showText(outcome, outcomeOf(now, credits?.credits_per_image));
    announce(`${statusName(now.status)}. ${outcome.textContent}`);
  }

  async function askToCancel() {
    if (!(await confirmed('#cancel-dialog')) || hasEnded(task)) return;
    cancelling = true;
    showState();
    announce('Cancelling');
    try {
      await page.api.cancel(taskId);
    } catch (error) {
      cancelling = false;
      // 409: it ended first, which the page is about to see.
      if (error.status !== 409) showText(outcome, `Not cancelled: ${error.message} Try again.`);
      showState();
    }
  }

  elsewhere.hidden = Boolean(scenario);
  setRatio(list, scenario?.resolution);
  cancel.onclick = askToCancel;
  again.onclick = () => {
    draft.keep(started);
    page.go('#/');
  };
  const timer = setInterval(() => task && showState(), 1000);
  page.signal.addEventListener('abort', () => clearInterval(timer));
  follow(page, taskId, showTask).catch(page.fail);
}

/** Gives pictures their place before they come. @param {HTMLElement} cards @param {unknown} resolution Such as `1080:1920`. */
function setRatio(cards, resolution) {
  const [, width, height] = /^(\d{2,5})[:x](\d{2,5})$/.exec(String(resolution)) ?? [0, 1, 1];
  const ratio = Math.min(Math.max(width / height, 0.5), 2.4);
  cards.style.setProperty('--ratio', String(ratio));
  cards.classList.toggle('wide', ratio > 1.1);
}
