/** Looks at pictures in full size, one after the other. */
import { find, say } from './dom.js';

let all = () => [];
let shown = 0;

export function openViewer(pictures, number) {
  all = pictures;
  show(number);
  find('#viewer').showModal();
}

function show(number) {
  const pictures = all();
  const index = pictures.findIndex((picture) => picture.number === number);
  const { url, prompt } = pictures[index];
  shown = number;
  Object.assign(find('#image'), { src: url, alt: `Picture of scene ${number}` });
  say(find('#viewer-title'), `Scene ${number}, picture ${index + 1} of ${pictures.length}`);
  say(find('#prompt'), prompt);
  setDownload(find('#download'), new URL(url, location.href), number);
}

function setDownload(link, url, number) {
  link.download = `scene-${number}.${/\.(\w{3,4})$/.exec(url.pathname)?.[1] ?? 'png'}`;
  // Browsers follow `download` on the page's own host only; Supabase's storage has a parameter for it.
  if (url.origin !== location.origin) url.searchParams.set('download', link.download);
  link.href = url.href;
}

function step(by) {
  const pictures = all();
  const index = pictures.findIndex((picture) => picture.number === shown) + by;
  show(pictures.at(index % pictures.length).number);
}

/** Wires the dialog, once. */
export function setUpViewer() {
  const dialog = find('#viewer');
  dialog.onkeydown = ({ key }) => {
    if (key === 'ArrowLeft') step(-1);
    if (key === 'ArrowRight') step(1);
  };
  find('#close').onclick = () => dialog.close();
  find('#previous').onclick = () => step(-1);
  find('#next').onclick = () => step(1);
}
