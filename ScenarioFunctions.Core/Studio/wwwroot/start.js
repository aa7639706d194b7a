/** The view where a scenario is picked, pasted or edited, its cost is seen, and a task is started. */
import { ApiError, UnreachableError } from './api.js';
import { debounce, fill, find, make, showText } from './dom.js';
import { sortFaults } from './faults.js';
import { plural } from './format.js';
import { locate, parse } from './json-place.js';
import { keepDraft, keepStarted, recallDraft } from './memory.js';
import { costOf, drawOutline, sceneCount } from './outline.js';
import { acceptFiles, offerSamples } from './sources.js';

/** A key stays the same for as long as its request does, so that sending twice starts one task. */
const lastAttempt = { request: '', key: '' };

/** @param {string} request */
function keyFor(request) {
  if (lastAttempt.request !== request) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    Object.assign(lastAttempt, { request, key: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') });
  }
  return lastAttempt.key;
}

/**
 * @param {HTMLElement} root
 * @param {{api: import('./api.js').ScenarioApi, signal: AbortSignal, go: (hash: string) => void}} page
 */
export function showStart(root, { api, signal, go }) {
  fill('view-start', root);
  const [form, text, user, short, cost, button, refusal, outline] =
    ['form', '#scenario', '#user', '#short', '#cost', '#start', '#refusal', '#outline'].map((selector) => find(selector, root));
  /** @type {any} */
  let scenario = null;
  /** @type {import('./outline.js').Fault[]} */
  let faults = [];

  const showPlace = (/** @type {string} */ path) => select(text, locate(text.value, path));

  function setFault(/** @type {string} */ name, /** @type {string | null} */ message) {
    showText(find(`#${name}-fault`, root), message);
    find(`#${name}`, root).setAttribute('aria-invalid', String(message !== null));
  }

  function readText() {
    const parsed = parse(text.value);
    scenario = parsed.value;
    setFault('scenario', text.value.trim() ? parsed.fault : null);
    drawOutline(outline, scenario, faults, showPlace);
    return parsed;
  }

  const showCost = async () => {
    if (!user.value.trim()) return cost.replaceChildren(make('p.hint', {}, 'Name a user to see the cost.'));
    try {
      const credits = await api.credits(user.value.trim(), signal);
      const { cost: sum, text: how, balance, short: tooFew } = costOf(sceneCount(scenario), credits);
      cost.replaceChildren(
        make('p', {}, 'Costs up to ', make('strong', {}, plural(sum, 'credit')), make('span.hint', {}, ` ${how}`)),
        make('p', {}, 'Balance ', make('strong', {}, balance)),
        ...(tooFew ? [make('p.warning', {}, `${plural(sum - credits.balance, 'credit')} short: the scenario will be saved, but no picture made.`)] : []));
    } catch (error) {
      if (!signal.aborted) cost.replaceChildren(make('p.hint', {}, error instanceof ApiError && error.status === 400 ? 'Name a valid user to see the cost.' : 'The cost cannot be shown just now.'));
    }
  };

  const changed = debounce(() => {
    keepDraft({ text: text.value, user: user.value, short: short.value });
    readText();
    showCost();
  }, 300);

  function forgetFaults() {
    faults = [];
    setFault('user', null);
    setFault('short', null);
    refusal.hidden = true;
  }

  function load(/** @type {string} */ value) {
    text.value = value;
    forgetFaults();
    readText();
    changed();
  }

  function showRefusal(/** @type {import('./api.js').Problem} */ problem, /** @type {string} */ fallback) {
    const sorted = sortFaults(problem);
    faults = sorted.scenario;
    setFault('user', sorted.user);
    setFault('short', sorted.short);
    drawOutline(outline, scenario, faults, showPlace);
    const count = faults.length + sorted.other.length + Number(sorted.user !== null) + Number(sorted.short !== null);
    refusal.replaceChildren(
      make('p', {}, make('strong', {}, count ? `Not started: ${plural(count, 'thing')} to put right.` : fallback)),
      ...sorted.other.map((message) => make('p', {}, message)));
    if (faults.length) refusal.append(make('p', {}, 'Each is shown at its scene below; choose one to see its place in the text.'));
    refusal.hidden = false;
    refusal.focus();
  }

  async function start() {
    const parsed = readText();
    if (parsed.fault) return select(text, parsed.place);
    const draft = { text: text.value, user: user.value.trim(), short: short.value.trim() };
    const request = { short_id: draft.short, user_id: draft.user, scenario };
    const started = await api.save(request, keyFor(JSON.stringify(request)));
    lastAttempt.request = '';
    keepStarted(started.task_id, draft);
    go(`#/tasks/${encodeURIComponent(started.task_id)}`);
  }

  form.addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    button.textContent = 'Starting…';
    forgetFaults();
    try {
      await start();
    } catch (error) {
      if (error instanceof ApiError) showRefusal(error.problem, `Not started: ${error.message}`);
      else if (error instanceof UnreachableError) showRefusal({}, 'The service did not answer. Start again: it will not start twice.');
      else throw error;
    } finally {
      button.removeAttribute('aria-disabled');
      button.textContent = 'Start';
    }
  });
  form.addEventListener('input', changed);
  acceptFiles(root, load, (message) => setFault('scenario', message));
  offerSamples(find('.samples', root), signal, load);

  const draft = recallDraft();
  user.value = draft?.user ?? 'user_1';
  short.value = draft?.short ?? 'short_1';
  text.value = draft?.text ?? '';
  readText();
  showCost();
}

/** @param {HTMLTextAreaElement} text @param {import('./json-place.js').Place | null} place */
function select(text, place) {
  text.focus();
  if (!place) return;
  text.setSelectionRange(place.start, place.end);
  // A text area shows its selection only in some browsers: lines are of one height, near enough.
  const line = text.value.slice(0, place.start).split('\n').length;
  text.scrollTop = (text.scrollHeight * line) / text.value.split('\n').length - text.clientHeight / 3;
}
