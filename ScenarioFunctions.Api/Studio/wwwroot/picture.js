/**
 * A picture on its card. Browsers keep the full size of all pictures that were ever seen, in hundreds of MB:
 * so it is drawn as small as it is shown, and only near the screen.
 */
import { make } from './dom.js';

export function makePicture(url, label, open, onFault) {
  // Browsers load it when they print.
  const paper = make('img', { loading: 'lazy', alt: '', src: url });
  const button = make('button.picture', { onclick: open, type: 'button', 'aria-label': label }, paper);
  let near = false;
  let drawn = 0;

  function put(state, ...pictures) {
    button.className = `picture ${state}`;
    button.replaceChildren(...pictures, paper);
  }

  async function draw() {
    const width = button.clientWidth * devicePixelRatio;
    // A card that has grown a little shows it well enough.
    if (!near || width < drawn * 1.15) return;
    drawn = width;
    try {
      const image = await load(url);
      const most = Math.max(width, button.clientHeight * devicePixelRatio * image.width / image.height);
      const bitmap = await createImageBitmap(image, { resizeWidth: Math.ceil(Math.min(most, image.width)), resizeQuality: 'medium' });
      if (drawn !== width) return;
      // Another canvas each time, as one that is emptied keeps its memory.
      const canvas = make('canvas', { width: bitmap.width, height: bitmap.height });
      canvas.getContext('bitmaprenderer').transferFromImageBitmap(bitmap);
      put('loaded', canvas);
    } catch {
      put('broken');
      onFault();
    }
  }

  new IntersectionObserver((entries) => {
    near = entries.at(-1).isIntersecting;
    if (near) return draw();
    drawn = 0;
    put('');
  }, { rootMargin: '100%' }).observe(button);
  new ResizeObserver(draw).observe(button);
  return button;
}

/** Not `decode()`: it fills the cache that this is to spare. */
const load = (src) => new Promise((done, onerror) => {
  const image = make('img', { onload: () => done(image), onerror, src });
});
