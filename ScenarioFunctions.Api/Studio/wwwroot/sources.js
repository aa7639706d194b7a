/** Where a scenario comes from: a sample, a file chosen, a file dropped anywhere. */
import { UnreachableError } from './api.js';
import { find, make, say } from './dom.js';
import { poll } from './follow.js';
import { plural } from './format.js';

export async function offerSamples(group, page, user, take) {
  async function get(file) {
    const response = await fetch(new URL(`samples/${file}`, import.meta.url), { signal: page.signal }).catch(() => null);
    if (!response?.ok) throw new UnreachableError();
    return response.text();
  }

  await poll(page, async () => {
    const samples = JSON.parse(await get('index.json'));
    group.replaceChildren(...samples.map(({ file, title, scenes, images }) =>
      make('button.sample', { type: 'button', onclick: () => take(get(file), 'The sample could not be loaded.') },
        make('span.name', { dir: 'auto' }, title), make('small', {}, plural(scenes, 'scene')), make('small', { 'data-images': images }, plural(images, 'picture')))));
    group.hidden = !samples.length;
    const credits = await page.api.credits(user, page.signal, false).catch(() => null);
    if (credits) showPrices(group, credits.credits_per_image);
    return null;
  });
}

export function showPrices(group, price) {
  for (const small of group.querySelectorAll('[data-images]')) say(small, plural(small.dataset.images * price, 'credit'));
}

export function acceptFiles(root, signal, take, refuse) {
  const input = find('#file', root);
  const read = (file) => {
    if (file?.size > 1024 * 1024) refuse(`${file.name} is over 1 MB, the most that the service takes.`);
    else if (file) take(file.text(), `${file.name} could not be read.`);
  };
  const drag = (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    document.body.classList.toggle('dropping', event.type === 'dragover');
    if (event.type === 'drop') read(event.dataTransfer.files[0]);
  };
  for (const type of ['dragover', 'dragleave', 'drop']) addEventListener(type, drag, { signal });
  find('#choose-file', root).onclick = () => input.click();
  input.onchange = () => read(input.files[0]);
}
