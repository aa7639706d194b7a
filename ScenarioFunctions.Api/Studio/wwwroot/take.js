/** Hands over a scenario with all its pictures, as one file. */
import { make } from './dom.js';
import { asPosted } from './scenario.js';
import { Zip } from './zip.js';

const kinds = { 'image/jpeg': 'jpg', 'image/webp': 'webp' };

const plain = (text) => text.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 40).toLowerCase() || 'scene';

export async function takeAway(scenario, signal, onProgress) {
  const zip = new Zip(new Date(scenario.created_at));
  zip.add('scenario.json', new TextEncoder().encode(`${JSON.stringify(asPosted(scenario), null, 2)}\n`));
  const scenes = scenario.scenes.filter((scene) => scene.image_url);
  let missed = 0;
  for (const [done, { scene_number, image_url }] of scenes.entries()) {
    onProgress(done, scenes.length);
    try {
      const response = await fetch(image_url, { signal, referrerPolicy: 'no-referrer' });
      if (!response.ok) throw new Error(response.statusText);
      const kind = kinds[response.headers.get('Content-Type')] ?? 'png';
      const name = `${String(scene_number).padStart(2, '0')}-${plain(scenario.title)}.${kind}`;
      zip.add(name, new Uint8Array(await response.arrayBuffer()));
    } catch {
      signal.throwIfAborted();
      missed++;
    }
  }
  const url = URL.createObjectURL(zip.end());
  make('a', { href: url, download: `${plain(scenario.title)}.zip` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return missed;
}
