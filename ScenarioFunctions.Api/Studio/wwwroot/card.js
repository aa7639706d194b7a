/** One scene's card, and its mark in the strip. Made once; afterwards only what has changed is touched. */
import { copy, make, put, say, showText } from './dom.js';
import { duration, plural, statusName } from './format.js';
import { makePicture } from './picture.js';
import { explain, placeholder } from './reasons.js';
import { promptOf } from './scenario.js';
import { isBusy } from './tally.js';

/** A prompt that is longer is shortened until it is asked for. */
const shortPrompt = 150;

export function makeCard(number, acts) {
  const text = (tag) => make(tag, { dir: 'auto', hidden: true });
  const stand = make('p.stand');
  const [badge, length, about, prompt, why, help, note, reference] =
    ['span.badge', 'span.length', 'p.description', 'p.prompt', 'p.why', 'p.help', 'p.note', 'p.reference'].map(text);
  const making = make('p.making', { hidden: true });
  const frame = make('div.frame', {}, make('span.number', { 'aria-hidden': 'true' }, String(number).padStart(2, '0')), stand, making);
  const whole = link('Whole prompt', () => whole.setAttribute('aria-expanded', String(prompt.classList.toggle('whole'))), { 'aria-expanded': 'false' });
  const copied = link('Copy prompt', async () => say(copied, (await copy(prompt.textContent)) ? 'Copied' : 'Not copied'));
  const tools = make('p.tools', { hidden: true }, whole, copied);
  const again = link('', () => isBusy(shown) || acts.again());
  const edit = link('', () => isBusy(shown) || acts.edit());
  const redo = make('p.tools.redo', { hidden: true }, again, edit);
  const versions = make('div.versions', { hidden: true, role: 'group', 'aria-label': `Pictures of scene ${number}` });
  const card = make('li.card', {}, frame, make('div.head', {}, make('h2', {}, `Scene ${number}`), length, badge),
    about, why, help, note, prompt, tools, reference, redo, versions);
  const mark = make('i');
  let shown = { status: 'pending' };
  let seen = '';
  let url = null;

  function link(label, onclick, more) {
    return make('button.link', { type: 'button', onclick, ...more }, label);
  }

  function showPicture(now) {
    if (now === url) return;
    url = now;
    frame.querySelector('.picture')?.remove();
    if (now) frame.append(makePicture(now, `Look at the picture of scene ${number}`, acts.open, () => say(stand, 'The picture could not be loaded')));
  }

  function showPrompt({ description, duration: seconds, product_reference_image_url }) {
    const words = promptOf(shown);
    showText(about, description === words ? '' : description);
    showText(prompt, words);
    showText(length, seconds ? `${seconds.toLocaleString('en', { maximumFractionDigits: 1 })} s` : '');
    put(tools, { hidden: !words });
    put(whole, { hidden: words.length <= shortPrompt });
    prompt.classList.toggle('short', !whole.hidden);
    if (reference.hidden && product_reference_image_url) {
      reference.hidden = false;
      reference.append('Reference: ', webLink(product_reference_image_url));
    }
  }

  function showRedo({ canRedo, price, image_url }) {
    put(redo, { hidden: redo.hidden && (!canRedo || isBusy(shown)) });
    if (redo.hidden) return;
    const cost = price ? ` (${plural(price, 'credit')})` : '';
    const words = promptOf(shown);
    put(again, { hidden: !words });
    say(again, `${shown.reason === 'first_scene' && !image_url ? 'Make one' : 'Try again'}${cost}`);
    say(edit, words ? 'Edit prompt and redo' : `Write a prompt${cost}`);
    for (const button of [again, edit]) {
      put(button, { ariaLabel: `${button.textContent}, scene ${number}`, ariaDisabled: isBusy(shown) ? 'true' : null });
    }
  }

  function showVersions(all, current) {
    put(versions, { hidden: all.length < 2 });
    if (versions.hidden) return;
    versions.replaceChildren(...all.map(({ version, image_url, image_prompt }) => {
      const button = makePicture(image_url, `Show picture ${version} of scene ${number}`, () => acts.choose(version), () => {});
      button.title = image_prompt;
      button.setAttribute('aria-pressed', String(version === current));
      return button;
    }));
  }

  function update(scene) {
    const now = JSON.stringify(scene);
    if (now === seen) return;
    const before = shown;
    seen = now;
    shown = scene;
    const reason = scene.refused?.reason ?? scene.reason;
    const isFirst = scene.reason === 'first_scene';
    for (const { dataset } of [card, mark]) put(dataset, { status: isFirst ? 'kept' : scene.status });
    frame.classList.toggle('tile', isFirst && !scene.image_url);
    showText(badge, scene.status === 'completed' || isFirst ? '' : scene.status === 'skipped' ? 'Missing' : statusName(scene.status));
    say(stand, scene.image_url ? '' : placeholder(scene));
    const [what, remedy] = isFirst && !scene.refused ? [scene.image_url && 'This is its own picture: none was made or charged.'] : explain(reason);
    showText(why, scene.refused ? `Not made again. ${what ?? ''}` : what);
    showText(help, remedy);
    showText(note, scene.refused?.note ?? scene.note);
    showPrompt(scene);
    showRedo(scene);
    showPicture(scene.image_url);
    if (JSON.stringify([scene.versions, scene.version]) !== JSON.stringify([before.versions, before.version])) showVersions(scene.versions ?? [], scene.version);
    tick(Date.now());
  }

  function tick(now) {
    const { for: what, place, percent, attempt, attempts } = shown.waiting ?? {};
    const stage = { queued: place ? `Place ${place} in the queue` : 'In the queue', throttled: 'RunwayML makes others first', retrying: 'Retrying' }[what] ?? 'Being made';
    const parts = [stage, percent >= 0 && `${percent} %`, attempt && `${attempt} of ${attempts}`, duration(now - (shown.since ?? now))];
    showText(making, !isBusy(shown) ? '' : shown.status === 'pending' ? 'Waiting its turn' : parts.filter(Boolean).join(' · '));
  }

  return { card, mark, update, tick };
}

function webLink(url) {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return make('bdi', {}, url);
  return make('a', { href: url, target: '_blank', rel: 'noreferrer' }, new URL(url).host);
}
