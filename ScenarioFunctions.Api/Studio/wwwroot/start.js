/** The view where a scenario is picked, pasted or edited, its cost is seen, and a task is started. */
import { ApiError, UnreachableError } from './api.js';
import { fill, find, make, showText } from './dom.js';
import { sortFaults } from './faults.js';
import { plural } from './format.js';
import { locate, parse } from './json-place.js';
import { draft, keepStarted } from './memory.js';
import { drawOutline, scenesOf } from './outline.js';
import { acceptFiles, offerSamples } from './sources.js';

/** The key stays while the request does, so that sending it twice starts one task. */
const attempt = { request: '', key: '' };

function keyFor(request) {
  if (attempt.request !== request) {
    const random = crypto.getRandomValues(new Uint32Array(4));
    Object.assign(attempt, { request, key: random.join('-') });
  }
  return attempt.key;
}

/** @param {HTMLElement} root @param {import('./app.js').Page} page */
export function showStart(root, { api, signal, go }) {
  const [form, text, user, short, cost, button, refusal, outline] =
    fill(root, 'view-start', 'form', '#scenario', '#user', '#short', '#cost', '#start', '#refusal', '#outline');
  let scenario = null;
  let faults = [];
  let timer = 0;
  /** The last sample or file that was chosen: true once it is in the text, false when it could not be read. */
  let chosen = Promise.resolve(true);

  const written = () => ({ text: text.value, user: user.value.trim(), short: short.value.trim() });
  const draw = () => drawOutline(outline, scenario, faults, (path) => select(text, locate(text.value, path)));

  function setFault(name, message) {
    showText(find(`#${name}-fault`, root), message);
    find(`#${name}`, root).setAttribute('aria-invalid', String(Boolean(message)));
  }

  function readText() {
    const parsed = parse(text.value);
    scenario = parsed.value;
    setFault('scenario', text.value.trim() && parsed.fault);
    draw();
    return parsed;
  }

  async function showCost() {
    const name = user.value.trim();
    const count = scenesOf(scenario).length;
    if (!name || !count) return cost.replaceChildren(make('p.hint', {}, 'Add scenes and a user to see the cost.'));
    try {
      cost.replaceChildren(...costLines(count, await api.credits(name, signal)));
    } catch (error) {
      if (signal.aborted) return;
      cost.replaceChildren(make('p.hint', {}, 'The cost cannot be shown just now.'));
    }
  }

  function changed() {
    draft.keep(written());
    readText();
    showCost();
  }

  function load(value) {
    text.value = value;
    refuse({}, '');
    changed();
  }

  function refuse(problem, message) {
    const sorted = sortFaults(problem);
    faults = sorted.scenario;
    setFault('user', sorted.user);
    setFault('short', sorted.short);
    draw();
    refusal.hidden = !message;
    if (message) showRefusal(sorted, message);
  }

  function showRefusal(sorted, message) {
    refusal.replaceChildren(make('p', {}, make('strong', {}, sorted.count ? `Not started: ${plural(sorted.count, 'thing')} to put right.` : message)),
      ...sorted.other.map((other) => make('p', {}, other)));
    if (faults.length) refusal.append(make('p', {}, 'Each is shown below at its scene: choose one to see its place in the text.'));
    refusal.focus();
  }

  async function start() {
    const isThere = await chosen;
    chosen = Promise.resolve(true);
    if (!isThere) return text.focus();
    const parsed = readText();
    if (parsed.fault) {
      setFault('scenario', parsed.fault);
      return select(text, parsed.place);
    }
    const sent = written();
    const request = { short_id: sent.short, user_id: sent.user, scenario: sent.text };
    const { task_id, adjustments } = await api.save(request, keyFor(JSON.stringify(request)));
    attempt.request = '';
    keepStarted(task_id, { ...sent, adjustments });
    go(`#/tasks/${encodeURIComponent(task_id)}`);
  }

  form.onsubmit = async (event) => {
    event.preventDefault();
    if (button.ariaDisabled) return;
    button.ariaDisabled = 'true';
    button.textContent = 'Starting…';
    refuse({}, '');
    try {
      await start();
    } catch (error) {
      if (error instanceof ApiError) refuse(error.problem, `Not started: ${error.message}`);
      else if (error instanceof UnreachableError) refuse({}, 'The service did not answer. Start again: it will not start twice.');
      else throw error;
    } finally {
      button.ariaDisabled = null;
      button.textContent = 'Start';
    }
  };
  form.oninput = () => {
    chosen = Promise.resolve(true);
    clearTimeout(timer);
    timer = setTimeout(changed, 300);
  };
  signal.addEventListener('abort', () => clearTimeout(timer));
  const refuseText = (message) => signal.aborted || setFault('scenario', message);
  const take = (promise, fault) => {
    chosen = promise.then((value) => { load(value); return true; }, () => { refuseText(fault); return false; });
  };
  acceptFiles(root, take, refuseText);
  offerSamples(find('.samples', root), signal, take);

  const kept = draft.recall() ?? { text: '', user: 'user_1', short: 'short_1' };
  [text.value, user.value, short.value] = [kept.text, kept.user, kept.short];
  changed();
}

function costLines(scenes, { balance, credits_per_image }) {
  const pictures = scenes - 1;
  const cost = pictures * credits_per_image;
  const lines = [
    make('p', {}, 'Costs up to ', make('strong', {}, plural(cost, 'credit')), make('span.hint', {}, ` ${plural(pictures, 'picture')} × ${credits_per_image}`)),
    make('p', {}, 'Balance ', make('strong', {}, plural(balance, 'credit')))];
  if (cost > balance) lines.push(make('p.warning', {}, `${plural(cost - balance, 'credit')} short: the scenario will be saved, but no picture made.`));
  return lines;
}

function select(text, place) {
  text.focus();
  if (!place) return;
  text.setSelectionRange(place.start, place.end);
  // Not every browser scrolls there.
  const before = text.value.slice(0, place.start).split('\n').length / text.value.split('\n').length;
  text.scrollTop = text.scrollHeight * before - text.clientHeight / 3;
}
