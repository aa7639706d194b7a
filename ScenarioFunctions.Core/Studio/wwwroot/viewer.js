/** Looks at pictures in full size, one after the other. */
import { find, say } from './dom.js';

/** @typedef {{number: number, url: string, prompt: string}} Picture */

/** @type {Picture[]} */
let pictures = [];
let shown = 0;

/** @param {Picture[]} all @param {number} number The scene to begin with. */
export function openViewer(all, number) {
  pictures = all;
  show(number);
  find('#viewer').showModal();
}

/** Takes in pictures that came while it was open. @param {Picture[]} all */
export function updateViewer(all) {
  if (!find('#viewer').open) return;
  pictures = all;
  show(shown);
}

/** @param {number} number */
function show(number) {
  const index = pictures.findIndex((picture) => picture.number === number);
  if (index < 0) return;
  const picture = pictures[index];
  const image = find('#viewer-image');
  if (shown !== number || image.src !== new URL(picture.url, location.href).href) image.src = picture.url;
  shown = number;
  image.alt = `Scene ${number}: ${picture.prompt.slice(0, 200)}`;
  say(find('#viewer-title'), `Scene ${number}, picture ${index + 1} of ${pictures.length}`);
  say(find('#viewer-prompt'), picture.prompt);
  find('#viewer-previous').disabled = index === 0;
  find('#viewer-next').disabled = index === pictures.length - 1;
  setDownload(find('#viewer-download'), picture);
}

/** @param {HTMLAnchorElement} link @param {Picture} picture */
function setDownload(link, picture) {
  const url = new URL(picture.url, location.href);
  const name = `scene-${picture.number}.${/\.(\w{3,4})$/.exec(url.pathname)?.[1] ?? 'png'}`;
  // Browsers heed `download` on the page's own host only; Supabase's storage has a parameter for it.
  if (url.origin !== location.origin) url.searchParams.set('download', name);
  link.href = url.href;
  link.download = name;
}

/** @param {number} by */
function step(by) {
  const index = pictures.findIndex((picture) => picture.number === shown) + by;
  if (pictures[index]) show(pictures[index].number);
}

/** Wires the dialog, once. */
export function setUpViewer() {
  const dialog = find('#viewer');
  dialog.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'ArrowLeft') step(-1);
    else if (event.key === 'ArrowRight') step(1);
    else return;
    event.preventDefault();
  });
  dialog.addEventListener('click', (/** @type {Event} */ event) => event.target === dialog && dialog.close());
  find('#viewer-close').addEventListener('click', () => dialog.close());
  find('#viewer-previous').addEventListener('click', () => step(-1));
  find('#viewer-next').addEventListener('click', () => step(1));
}
