/** Where a scenario comes from, other than the keyboard: a sample, a file chosen, a file dropped. */
import { find, make } from './dom.js';
import { plural } from './format.js';

/**
 * @param {HTMLElement} group
 * @param {AbortSignal} signal
 * @param {(text: string) => void} load
 */
export async function offerSamples(group, signal, load) {
  const samples = await (await fetch('/studio/samples/index.json', { signal })).json().catch(() => []);
  const buttons = samples.map((/** @type {{file: string, title: string, scenes: number}} */ sample) =>
    make('button.sample', {
      type: 'button',
      onclick: async () => load(await (await fetch(`/studio/samples/${sample.file}`, { signal })).text()),
    }, make('span', { dir: 'auto' }, sample.title), make('small', {}, plural(sample.scenes, 'scene'))));
  group.replaceChildren(...buttons);
  group.hidden = !buttons.length;
}

const largest = 1024 * 1024;

/**
 * @param {HTMLElement} root
 * @param {(text: string) => void} load
 * @param {(fault: string) => void} refuse
 */
export function acceptFiles(root, load, refuse) {
  const text = find('#scenario', root);
  const input = find('#file', root);
  const read = async (/** @type {File | undefined} */ file) => {
    if (!file) return;
    if (file.size > largest) refuse(`${file.name} is over 1 MB, the most that the service takes.`);
    else load(await file.text());
  };
  find('#choose-file', root).addEventListener('click', () => input.click());
  input.addEventListener('change', () => read(input.files?.[0]));
  text.addEventListener('dragover', (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    text.classList.add('dropping');
  });
  text.addEventListener('dragleave', () => text.classList.remove('dropping'));
  text.addEventListener('drop', (/** @type {DragEvent} */ event) => {
    text.classList.remove('dropping');
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    read(event.dataTransfer.files[0]);
  });
}
