/** Where a scenario comes from, other than the keyboard: a sample, a file chosen, a file dropped. */
import { find, make } from './dom.js';
import { plural } from './format.js';

/** @param {HTMLElement} group @param {AbortSignal} signal @param {(text: string) => void} load */
export async function offerSamples(group, signal, load) {
  const get = (file) => fetch(`/studio/samples/${file}`, { signal });
  const samples = await get('index.json').then((response) => response.json()).catch(() => []);
  group.replaceChildren(...samples.map(({ file, title, scenes }) =>
    make('button.sample', { type: 'button', onclick: async () => load(await (await get(file)).text()) },
      make('span', { dir: 'auto' }, title), make('small', {}, plural(scenes, 'scene')))));
  group.hidden = !samples.length;
}

/** @param {HTMLElement} root @param {(text: string) => void} load @param {(fault: string) => void} refuse */
export function acceptFiles(root, load, refuse) {
  const text = find('#scenario', root);
  const input = find('#file', root);
  const read = async (file) => {
    if (file?.size > 1024 * 1024) refuse(`${file.name} is over 1 MB, the most that the service takes.`);
    else if (file) load(await file.text());
  };
  const drag = (event) => {
    if (event.dataTransfer.types.includes('Files')) event.preventDefault();
    if (event.type === 'drop') read(event.dataTransfer.files[0]);
  };
  for (const type of ['dragover', 'drop']) text.addEventListener(type, drag);
  find('#choose-file', root).addEventListener('click', () => input.click());
  input.addEventListener('change', () => read(input.files[0]));
}
