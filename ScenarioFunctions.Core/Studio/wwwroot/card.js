/** One scene's card. Made once; afterwards only what has changed is touched. */
import { make, say, showText } from './dom.js';
import { statusName } from './format.js';
import { explain, placeholder } from './reasons.js';

/** @param {number} number From 1. @param {string} prompt Empty when not known. @param {() => void} open Shows the picture. */
export function makeCard(number, prompt, open) {
  const [stand, badge, why, help, note] = ['p.stand', 'span.badge', 'p.why', 'p.help', 'p.note'].map((tag) => make(tag, { dir: 'auto' }));
  const frame = make('div.frame', {}, make('span.number', { 'aria-hidden': 'true' }, String(number).padStart(2, '0')), stand);
  const card = make('li.card', {}, frame, make('div.head', {}, make('h2', {}, `Scene ${number}`), badge),
    make('p.prompt', { dir: 'auto', hidden: !prompt }, prompt), why, help, note);
  let seen = '';

  /** @param {import('./api.js').Scene} scene */
  function update(scene) {
    const now = JSON.stringify(scene);
    if (now === seen) return;
    seen = now;
    const reason = explain(scene.reason);
    card.dataset.status = reason?.quiet ? 'kept' : scene.status;
    say(badge, statusName(card.dataset.status));
    say(stand, placeholder(scene));
    showText(why, reason?.what);
    showText(help, reason?.help);
    showText(note, scene.note);
    if (scene.image_url && !frame.querySelector('button')) frame.append(picture(scene.image_url, number, prompt, open));
  }

  return { card, update };
}

function picture(url, number, prompt, open) {
  const image = make('img', { loading: 'lazy', decoding: 'async', alt: `Scene ${number}: ${prompt.slice(0, 200)}`, src: url });
  const button = make('button.picture', { onclick: open, 'aria-label': `Look at the picture of scene ${number}` }, image);
  image.addEventListener('load', () => button.classList.add('loaded'));
  image.addEventListener('error', () => button.replaceWith(make('p.stand', {}, 'The picture could not be loaded')));
  return button;
}
