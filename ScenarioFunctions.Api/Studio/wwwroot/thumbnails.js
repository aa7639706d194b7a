/** Small pictures in a list: loaded only while their row is on the screen, and kept as small as they are shown. */
import { make } from './dom.js';

const size = 88;

export function watchThumbnails(signal) {
  const shown = new WeakMap();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) draw(target, shown.get(target));
      else for (const tile of target.children) tile.replaceChildren();
    }
  }, { rootMargin: '25%' });
  signal.addEventListener('abort', () => observer.disconnect());
  return (element, urls) => {
    if (shown.get(element)?.join() === urls.join()) return;
    shown.set(element, urls);
    element.replaceChildren(...urls.map(() => make('i')));
    observer.unobserve(element);
    if (urls.length && !navigator.connection?.saveData) observer.observe(element);
  };
}

function draw(element, urls) {
  urls.forEach(async (url, index) => {
    const tile = element.children[index];
    const canvas = await small(url).catch(() => null);
    if (canvas) tile.replaceChildren(canvas);
    tile.classList.toggle('broken', !canvas);
  });
}

/** The middle square of a picture. */
async function small(url) {
  const image = await new Promise((done, onerror) => {
    const loading = make('img', { onload: () => done(loading), onerror, src: url });
  });
  const side = Math.min(image.width, image.height);
  const bitmap = await createImageBitmap(image, (image.width - side) / 2, (image.height - side) / 2, side, side,
    { resizeWidth: size, resizeHeight: size, resizeQuality: 'medium' });
  const canvas = make('canvas', { width: size, height: size });
  canvas.getContext('bitmaprenderer').transferFromImageBitmap(bitmap);
  return canvas;
}
