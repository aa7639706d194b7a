/** Makes pictures of a stored scenario again, and tells what that costs. */
import { ApiError, hasEnded } from './api.js';
import { announce, confirmed, find, make, say } from './dom.js';
import { follow } from './follow.js';
import { plural } from './format.js';
import { once } from './once.js';
import { promptOf } from './scenario.js';
import { isBusy } from './tally.js';

export function setUpRedo(page, notice, { changed, reload }) {
  /** By scene: the state of a picture that is being made again, or `failed` with the reason why it was not. */
  const states = new Map();
  const tasks = new Set();
  let credits = null;

  function tell(text, ...buttons) {
    notice.hidden = !text;
    notice.replaceChildren(make('p', {}, text), ...buttons);
  }

  async function readCredits(user) {
    credits = await page.api.credits(user, page.signal).catch(() => credits);
    changed();
    return credits;
  }

  /** Says how many credits are missing for so many pictures. */
  async function isAffordable(user, pictures) {
    const now = await readCredits(user);
    const cost = pictures * (now?.credits_per_image ?? 0);
    if (!now || cost <= now.available) {
      tell('');
      return true;
    }
    const short = cost - now.available;
    const text = `${plural(pictures, 'picture')} cost${pictures === 1 ? 's' : ''} ${plural(cost, 'credit')}; ${user} has ${now.available.toLocaleString('en')}.`;
    const add = make('button', { type: 'button', onclick: () => grant(user, short, add) }, `Add ${plural(short, 'credit')}`);
    tell(text, ...(now.can_grant ? [add] : []));
    return false;
  }

  async function grant(user, amount, button) {
    button.disabled = true;
    try {
      credits = await once(['grant', user, amount], (key) => page.api.grant(user, amount, key));
      const done = make('strong', { tabIndex: -1 }, `${plural(amount, 'credit')} added.`);
      tell('', done);
      notice.hidden = false;
      done.focus();
      changed();
    } catch (error) {
      button.disabled = false;
      say(notice.firstChild, `Not added: ${error.message}`);
    }
  }

  async function start(scenario, scenes, numbers) {
    if (!(await isAffordable(scenario.user_id, numbers.length))) return announce(notice.textContent);
    for (const number of numbers) states.set(number, { status: 'pending' });
    changed();
    try {
      const task = await once([scenario.scenario_id, scenes], (key) => page.api.makeImages(scenario.scenario_id, scenes, key));
      if (!task.task_id) throw new Error(task.message);
      tasks.add(task.task_id);
      announce(`Making ${plural(numbers.length, 'picture')}`);
      await follow(page, task.task_id, onTask, { events: false });
    } catch (error) {
      for (const number of numbers) states.delete(number);
      if (!page.signal.aborted) tell(error instanceof ApiError || error.message ? `Not started: ${error.message}` : 'Not started.');
      announce(notice.textContent);
    }
    changed();
  }

  async function onTask(task) {
    for (const scene of task.scenes) states.set(scene.scene_number, scene);
    if (hasEnded(task)) tasks.delete(task.task_id);
    changed();
    if (task.scenes.some((scene) => scene.status === 'completed' && states.get(scene.scene_number) === scene)) {
      await reload();
      for (const scene of task.scenes) {
        if (scene.status === 'completed' && states.get(scene.scene_number)?.status === 'completed') states.delete(scene.scene_number);
      }
      changed();
    }
    if (hasEnded(task)) {
      announce(task.message);
      readCredits(task.metadata.user_id);
    }
  }

  return {
    start,
    isAffordable,
    readCredits,
    price: () => credits?.credits_per_image,
    cancel: () => Promise.all([...tasks].map((id) => page.api.cancel(id))),
    /** How many pictures are being made again. */
    count: () => [...states.values()].filter(isBusy).length,
    isRunning: () => tasks.size > 0,
    stateOf: (number) => states.get(number),

    async edit(scenario, scene) {
      const text = find('#redo-prompt');
      text.value = promptOf(scene);
      say(find('#redo-title'), `Scene ${scene.scene_number}: another picture`);
      say(find('#redo-make'), credits ? `Make it (${plural(credits.credits_per_image, 'credit')})` : 'Make it');
      if (await confirmed('#redo-dialog')) {
        start(scenario, [{ scene_number: scene.scene_number, image_prompt: text.value.trim() }], [scene.scene_number]);
      }
    },
  };
}
