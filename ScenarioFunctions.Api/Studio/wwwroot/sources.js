/** Where a scenario comes from: a sample, a file chosen, a file dropped. */
import { find, make } from './dom.js';
import { plural } from './format.js';

/** @param {HTMLElement} group @param {AbortSignal} signal @param {(text: Promise<string>, fault: string) => void} take */
export async function offerSamples(group, signal, take) {
  const get = async (file) => (await fetch(new URL(`samples/${file}`, import.meta.url), { signal })).text();
  const samples = JSON.parse(await get('index.json').catch(() => '[]'));
  group.replaceChildren(...samples.map(({ file, title, scenes }) =>
    make('button.sample', { type: 'button', onclick: () => take(get(file), 'The sample could not be loaded.') },
      make('span', { dir: 'auto' }, title), make('small', {}, plural(scenes, 'scene')))));
  group.hidden = !samples.length;
}

/** @param {HTMLElement} root @param {(text: Promise<string>, fault: string) => void} take @param {(fault: string) => void} refuse */
export function acceptFiles(root, take, refuse) {
  const text = find('#scenario', root);
  const input = find('#file', root);
  const read = (file) => {
    if (file?.size > 1024 * 1024) refuse(`${file.name} is over 1 MB, the most that the service takes.`);
    else if (file) take(file.text(), `${file.name} could not be read.`);
  };
  const drag = (event) => {
    if (event.dataTransfer.types.includes('Files')) event.preventDefault();
    if (event.type === 'drop') read(event.dataTransfer.files[0]);
  };
  text.ondragover = text.ondrop = drag;
  find('#choose-file', root).onclick = () => input.click();
  input.onchange = () => read(input.files[0]);
}
