/** The view of one task: its progress, and its scenario's scenes as they are now. */
import { hasEnded } from './api.js';
import { copyTo, showAbout } from './about.js';
import { makeCard } from './card.js';
import { announce, confirmed, fill, say, showText } from './dom.js';
import { follow, poll } from './follow.js';
import { duration, plural, statusName } from './format.js';
import { parse } from './json-place.js';
import { draft, recallStarted } from './memory.js';
import { setUpNotice } from './notice.js';
import { scenesOf } from './outline.js';
import { setUpRedo } from './redo.js';
import { asPosted, promptOf, ratioOf } from './scenario.js';
import { chargedFor, gaps, isBusy, outcomeOf, tallyOf } from './tally.js';
import { drawTimeline, happened } from './timeline.js';
import { takeAway } from './take.js';
import { play } from './play.js';
import { openViewer } from './viewer.js';

/** Before the first picture is ordered, the task's own progress says more than the pictures'. */
const picturesFrom = 65;

export function showWatch(root, page, taskId) {
  const [heading, description, facts, panel, badge, message, elapsed, bar, strip, outcome, short, cancel, resume, missing, player, take, link, again, list, record] =
    fill(root, 'view-watch', '.title', '.about', '.facts', '.progress', '.badge', '.message', '.elapsed', 'progress', '.strip', '.outcome',
      '.short', '#cancel', '#resume', '#missing', '#play', '#take', '#link', '#again', '.cards', '.happened');
  const started = recallStarted(taskId);
  const posted = started && parse(started.text).value;
  let task = null;
  let scenario = null;
  /** Whether the scenario was read after the task's end. */
  let isSettled = false;
  let ahead = 0;
  let cancelling = false;
  let announced = 0;
  let reading = null;
  let isWatchingOthers = false;
  const cards = [];
  const since = new Map();
  const notice = setUpNotice(page, root);
  const redo = setUpRedo(page, short, { changed: () => task && show(), reload: read });
  const now = () => Date.now() + ahead;
  const about = () => showAbout(facts, description, task, scenario, started?.adjustments);

  /** A scene as it is now: the task knows first while it runs, the scenario afterwards. */
  function stateOf(number) {
    const own = task.scenes?.find((scene) => scene.scene_number === number);
    const stored = scenario?.scenes[number - 1];
    if (!stored) return { ...scenesOf(posted)[number - 1], scene_number: number, status: 'pending', ...own };
    const knows = isSettled ? task.status === 'failed' && isBusy(stored) : !(task.task_type === 'GENERATE_IMAGES' && own?.status === 'pending');
    return own && knows ? { ...stored, ...own, image_url: own.image_url ?? stored.image_url } : stored;
  }

  function sceneOf(number) {
    const scene = stateOf(number);
    const redone = redo.stateOf(number);
    const state = !redone ? {} : isBusy(redone) || redone.status === 'completed' ? { status: redone.status === 'completed' ? 'generating' : redone.status, reason: null }
      : { refused: redone };
    return { ...scene, ...state, canRedo: Boolean(scenario) };
  }

  const count = () => scenario?.scenes.length ?? (task.task_type === 'GENERATE_IMAGES' ? 0 : task.metadata.scene_count);
  const scenes = () => Array.from({ length: count() }, (_, index) => sceneOf(index + 1));
  const pictures = () => scenes().filter((scene) => scene.image_url)
    .map((scene) => ({ number: scene.scene_number, url: scene.image_url, prompt: promptOf(scene) }));

  function addCards() {
    for (let number = cards.length + 1; number <= count(); number++) {
      const one = number;
      cards.push(makeCard(number, {
        open: () => openViewer(pictures, one),
        again: () => redo.start(scenario, [{ scene_number: one }], [one]),
        edit: () => redo.edit(scenario, sceneOf(one)),
        choose: (version) => choose(one, version),
      }));
      list.append(cards.at(-1).card);
      strip.append(cards.at(-1).mark);
    }
    strip.classList.toggle('many', cards.length > 40);
  }

  async function choose(number, version) {
    try {
      scenario.scenes[number - 1] = await page.api.show(scenario.scenario_id, number, version);
      announce(`Scene ${number} shows picture ${version}`);
      show();
    } catch (error) {
      showText(outcome, `Not changed: ${error.message}`);
    }
  }

  /** Reads the scenario; calls meanwhile share one more read. */
  function read() {
    const id = task.metadata.scenario_id;
    if (!id) return Promise.resolve();
    reading ??= { done: poll(page, async () => {
      const ended = hasEnded(task);
      reading.again = false;
      scenario = await page.api.scenario(id, page.signal);
      isSettled = ended;
      if (reading.again) return 0;
      return null;
    }).catch(() => {}).finally(() => {
      reading = null;
      if (page.signal.aborted) return;
      about();
      show();
    }) };
    reading.again = true;
    return reading.done;
  }

  function showCards(all) {
    const ratio = ratioOf(scenario ?? posted);
    list.style.setProperty('--ratio', String(ratio));
    list.classList.toggle('wide', ratio > 1.1);
    addCards();
    for (const scene of all) {
      const number = scene.scene_number;
      if (!isBusy(scene)) since.delete(number);
      else if (scene.status === 'generating' && !since.has(number)) since.set(number, now());
      cards[number - 1].update({ ...scene, since: since.get(number), price: redo.price() });
    }
  }

  function showProgress(tally) {
    const ended = hasEnded(task);
    const redoing = redo.count();
    const [isRunning, missed] = [!ended || redoing > 0, gaps(tally)];
    const state = cancelling && isRunning ? 'cancelling' : redoing ? 'running' : task.status === 'completed' && missed ? 'partial' : task.status;
    badge.dataset.status = state;
    panel.dataset.status = state;
    say(badge, state === 'partial' ? missed : statusName(state));
    say(message, redoing ? `Making ${plural(redoing, 'picture')} again` : task.error?.message ?? task.message);
    const byPictures = tally.wanted > 0 && (ended || task.progress >= picturesFrom);
    bar.max = byPictures ? tally.wanted : 100;
    bar.value = byPictures ? tally.made : task.progress;
    cancel.hidden = !(ended ? redo.isRunning() : !cancelling);
    resume.hidden = task.status !== 'failed' || cancelling;
    const wants = scenario && ended && !redoing ? tally.missing : [];
    missing.hidden = wants.length === 0;
    say(missing, `Make ${wants.length} missing${redo.price() ? ` (${plural(wants.length * redo.price(), 'credit')})` : ''}`);
    again.hidden = !ended || !(started || scenario);
    player.hidden = take.hidden = !scenario || !pictures().length;
    const progress = `${tally.made}/${tally.wanted}`;
    const prefix = isRunning ? (byPictures ? `(${progress}) ` : '')
      : { completed: '✓ ', partial: `✓ ${progress} · ` }[state] ?? `${statusName(state)} · `;
    page.name(prefix + heading.textContent);
  }

  function show() {
    const all = scenes();
    const tally = tallyOf(all);
    // Its scenario has the pictures' shape: what is drawn before would move.
    if (scenario || !reading) showCards(all);
    showProgress(tally);
    showTime();
    if (hasEnded(task)) showText(outcome, outcomeOf(task.status, tally, (scenario && isSettled ? chargedFor(scenario) : undefined) ?? task.result?.credits_charged));
    else outcome.hidden = true;
    showRecord();
    notice.update(task, `${gaps(tally) ?? plural(tally.made, 'picture')} made.`);
  }

  function showRecord() {
    if (record.open) drawTimeline(record.querySelector('ol'), happened(task, scenario));
  }

  function showTime() {
    const until = hasEnded(task) ? Date.parse(task.updated_at) : now();
    say(elapsed, duration(until - Date.parse(task.created_at)));
    for (const card of cards) card.tick(now());
  }

  function showTask(next, clock) {
    const before = task;
    task = next;
    ahead = clock - Date.now();
    if (!before) {
      say(heading, task.metadata.title || 'Untitled scenario');
      redo.readCredits(task.metadata.user_id);
      for (const scene of task.scenes ?? []) if (scene.status === 'generating') since.set(scene.scene_number, Date.parse(task.updated_at));
    }
    const isNews = !scenario || (hasEnded(task) && !isSettled) || task.task_type === 'GENERATE_IMAGES' || record.open;
    if (isNews && (hasEnded(task) || task.progress >= picturesFrom)) read().then(() => hasEnded(task) && end());
    if (!before) about();
    show();
    if (!hasEnded(task) && Date.now() - announced > 5000) {
      announced = Date.now();
      announce(`${task.progress} percent. ${task.message}`);
    }
  }

  /** Once the task has ended and its scenario is there. */
  function end() {
    if (page.signal.aborted) return;
    announce(`${statusName(task.status)}. ${outcome.textContent}`);
    const poor = scenes().filter((scene) => scene.reason === 'insufficient_credits').length;
    if (poor) redo.isAffordable(task.metadata.user_id, tallyOf(scenes()).missing.length);
    watchOthers();
  }

  /** Pictures that are made again, but not from this page. */
  function watchOthers() {
    if (isWatchingOthers) return;
    isWatchingOthers = true;
    poll(page, async () => {
      if (!scenario?.scenes.some(isBusy) || task.status === 'failed') return null;
      if (!redo.isRunning()) await read();
      return 2000;
    }, 20_000).catch(() => {}).finally(() => (isWatchingOthers = false));
  }

  async function askToCancel() {
    if (!(await confirmed('#cancel-dialog'))) return;
    cancelling = true;
    show();
    panel.focus();
    announce('Cancelling');
    try {
      if (redo.isRunning()) await redo.cancel();
      else if (!hasEnded(task)) await page.api.cancel(taskId);
      if (redo.isRunning() || hasEnded(task)) cancelling = false;
    } catch (error) {
      cancelling = false;
      // 409: it ended first, which the page is about to see.
      if (error.status !== 409) showText(outcome, `Not cancelled: ${error.message} Try again.`);
      showProgress(tallyOf(scenes()));
    }
  }

  async function goOn() {
    resume.disabled = true;
    try {
      const next = await page.api.resume(taskId);
      isSettled = false;
      showTask(next, now());
      watch();
    } catch (error) {
      showText(outcome, `Not continued: ${error.message}`);
    }
    resume.disabled = false;
  }

  const watch = () => follow(page, taskId, showTask).catch(page.fail);
  cancel.onclick = askToCancel;
  resume.onclick = goOn;
  missing.onclick = () => {
    const numbers = tallyOf(scenes()).missing;
    panel.focus();
    redo.start(scenario, 'missing', numbers);
  };
  record.ontoggle = () => {
    if (!task || !record.open) return;
    showRecord();
    if (!hasEnded(task)) read();
  };
  player.onclick = () => play(scenario);
  take.onclick = async () => {
    take.disabled = true;
    try {
      const missed = await takeAway(scenario, page.signal, (done, all) => say(take, `${done} of ${all}…`));
      if (missed) showText(outcome, `${plural(missed, 'picture')} could not be downloaded: the file is without ${missed === 1 ? 'it' : 'them'}.`);
    } catch (error) {
      if (!page.signal.aborted) showText(outcome, `Not downloaded: ${error.message}`);
    }
    take.disabled = false;
    say(take, 'Download all');
  };
  link.onclick = () => copyTo(link, location.href);
  again.onclick = () => {
    draft.keep(started ?? { text: JSON.stringify(asPosted(scenario), null, 2), user: scenario.user_id, short: scenario.short_id });
    page.go('#/');
  };
  const timer = setInterval(() => task && showTime(), 1000);
  page.signal.addEventListener('abort', () => clearInterval(timer));
  watch();
}
