/** The view where a scenario is picked, pasted or edited, its cost and its faults are seen, and a task is started. */
import { ApiError, UnreachableError } from './api.js';
import { makeCheck } from './check.js';
import { fill, find, make, showText } from './dom.js';
import { faultLines, sortFaults } from './faults.js';
import { plural } from './format.js';
import { parse } from './json-place.js';
import { draft, keepStarted } from './memory.js';
import { drawOutline, scenesOf } from './outline.js';
import { once } from './once.js';
import { missingCredits, planLines } from './plan.js';
import { acceptFiles, offerSamples, showPrices } from './sources.js';
import { selectPlace } from './text-area.js';

const mostBytes = 1024 * 1024;

export function showStart(root, page) {
  const { api, signal, go, onReach } = page;
  const [form, text, user, short, cost, button, refusal, outline] =
    fill(root, 'view-start', 'form', '#scenario', '#user', '#short', '#cost', '#start', '#refusal', '#outline');
  let scenario = null;
  let sorted = sortFaults({}, '');
  /** Of what is written now. */
  let plan = null;
  let label = 'Start';
  /** Why a sample or a file could not be read. */
  let unread = '';
  /** The last sample or file that was chosen: true once it is in the text, false when it could not be read. */
  let chosen = Promise.resolve(true);

  const written = () => ({ text: text.value, user: user.value.trim(), short: short.value.trim() });
  const requestOf = (sent) => ({ short_id: sent.short, user_id: sent.user, scenario: sent.text });
  const show = (place) => selectPlace(text, place);
  const check = makeCheck(signal, ({ request, ask }, mine) => api.plan(request, { signal: mine, ask }), onChecked);

  function setFault(name, message) {
    showText(find(`#${name}-fault`, root), message);
    find(`#${name}`, root).setAttribute('aria-invalid', String(Boolean(message)));
  }

  function draw() {
    const faults = sorted.scenario.filter((fault) => !fault.column);
    drawOutline(outline, scenario, faults, (path) => show(faults.find((fault) => fault.path === path)?.place ?? locateScene(path)));
  }

  const locateScene = (path) => sortFaults({ errors: { [`$.scenario${path.slice(1)}`]: [''] } }, text.value).scenario[0].place;

  function setFaults(problem) {
    sorted = sortFaults(problem, text.value);
    setFault('user', sorted.user && `The user ${sorted.user}.`);
    setFault('short', sorted.short && `The short id ${sorted.short}.`);
    const unreadable = sorted.scenario.find((fault) => fault.column);
    setFault('scenario', unread || (unreadable && `Line ${unreadable.line}, column ${unreadable.column}: ${unreadable.message}.`));
    draw();
  }

  /** Loudly when a start was refused. */
  function tell(title, loudly = false) {
    refusal.hidden = !title;
    refusal.role = loudly ? 'alert' : null;
    refusal.classList.toggle('loud', loudly);
    if (!title) return;
    const lines = faultLines(sorted, show);
    refusal.replaceChildren(make('p', {}, make('strong', {}, title)), ...(lines.childElementCount ? [lines] : []));
    if (loudly) refusal.focus();
  }

  const summary = (prefix) => sorted.scenario.some((fault) => fault.column)
    ? `${prefix}: the text is not JSON yet.` : `${prefix}: ${plural(sorted.count, 'thing')} to put right.`;

  function showPlan(now) {
    plan = now;
    const missing = now ? missingCredits(now) : 0;
    label = missing ? 'Save without pictures' : 'Start';
    if (!button.ariaDisabled) button.textContent = label;
    button.className = 'primary';
    if (!now) return;
    if (now.images) showPrices(find('.samples', root), now.credits_needed / now.images);
    cost.replaceChildren(...planLines(now));
    if (missing) showMissing(missing);
  }

  async function showMissing(missing) {
    const lines = make('div.missing', {}, make('p.warning', {}, `${plural(missing, 'credit')} short: the scenario would be saved, but no picture made.`));
    cost.append(lines);
    const name = user.value.trim();
    const { can_grant } = await api.credits(name, signal, false).catch(() => ({}));
    if (!can_grant || !lines.isConnected) return;
    lines.append(make('button.primary', { type: 'button', onclick: (event) => grant(event.target, name, missing) }, `Add ${plural(missing, 'credit')}`));
    button.className = '';
  }

  async function grant(pressed, name, missing) {
    pressed.disabled = true;
    try {
      await once(['grant', name, missing], (key) => api.grant(name, missing, key));
      button.focus();
      checkNow();
    } catch (error) {
      pressed.disabled = false;
      pressed.after(make('p.fault', { role: 'alert' }, `Not added: ${error.message}`));
    }
  }

  const say = (message, ...more) => cost.replaceChildren(make('p.hint', {}, message, ...more));

  function onChecked(now, error) {
    onReach(!(error instanceof UnreachableError));
    showPlan(now);
    setFaults(error?.problem ?? {});
    tell(sorted.count ? summary('Not ready') : null);
    if (!error || error.status === 429) return;
    if (sorted.count) say('The cost is shown once this is put right.');
    else if (error.status === 401) {
      say('This service needs its API key to check this and to start. ',
        make('button.link', { type: 'button', onclick: () => checkNow(true) }, 'Enter the key'));
    } else if (error instanceof UnreachableError) say('The cost cannot be shown just now.');
    else if (error instanceof ApiError) say(error.message);
    else throw error;
  }

  /** What is written, to be checked; null when there is nothing to say about it. */
  function question(ask) {
    const sent = written();
    if (sent.text.trim() && sent.text.length <= mostBytes) return { request: requestOf(sent), ask };
    onChecked(null, null);
    say(sent.text.trim() ? 'This is over 1 MB, the most that the service takes.' : 'Add a scenario to see what it makes and costs.');
    return null;
  }

  const checkNow = (ask = false) => check(question(ask), true);

  function changed() {
    unread = '';
    draft.keep(written());
    showPlan(null);
    // While a word is being typed, the outline stays.
    scenario = parse(text.value).value ?? (text.value.trim() ? scenario : null);
    draw();
  }

  function load(value) {
    text.value = value;
    changed();
    checkNow();
  }

  async function start() {
    const isThere = await chosen;
    chosen = Promise.resolve(true);
    if (!isThere) return text.focus();
    check(null);
    const sent = written();
    const request = requestOf(sent);
    if (plan && missingCredits(plan) && !missingCredits(await api.plan(request))) {
      checkNow();
      return tell('Not started: there are enough credits now. Start to make the pictures.', true);
    }
    const { task_id, adjustments } = await once(request, (key) => api.save(request, key));
    keepStarted(task_id, { ...sent, adjustments });
    go(`#/tasks/${encodeURIComponent(task_id)}`);
  }

  function refuse(error) {
    if (error instanceof UnreachableError) return tell('The service did not answer. Start again: it will not start twice.', true);
    if (!(error instanceof ApiError)) throw error;
    setFaults(error.problem);
    tell(sorted.count ? summary('Not started') : `Not started: ${error.message}`, true);
  }

  form.onsubmit = async (event) => {
    event.preventDefault();
    if (button.ariaDisabled) return;
    button.ariaDisabled = 'true';
    button.textContent = 'Starting…';
    tell(null);
    try {
      await start();
    } catch (error) {
      refuse(error);
    } finally {
      button.ariaDisabled = null;
      button.textContent = label;
    }
  };
  form.onkeydown = (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit(button);
  };
  form.oninput = () => {
    chosen = Promise.resolve(true);
    changed();
    check(question(false));
  };
  const refuseText = (message) => {
    unread = message;
    if (!signal.aborted) setFault('scenario', message);
  };
  const take = (promise, fault) => {
    chosen = promise.then((value) => { load(value); return true; }, () => { refuseText(fault); return false; });
  };
  acceptFiles(root, signal, take, refuseText);
  const kept = draft.recall() ?? { text: '', user: 'user_1', short: 'short_1' };
  [text.value, user.value, short.value] = [kept.text, kept.user, kept.short];
  changed();
  checkNow();
  offerSamples(find('.samples', root), page, kept.user, take);
}
