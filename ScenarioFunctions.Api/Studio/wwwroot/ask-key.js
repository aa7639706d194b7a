/** Asks for the API key, once per tab session. */
import { confirmed, find } from './dom.js';
import { apiKey } from './memory.js';

let asking = null;

/** However many calls were refused, one dialog asks. */
export function askForKey(refused) {
  asking ??= ask(refused !== null).finally(() => (asking = null));
  return asking;
}

async function ask(wrong) {
  const input = find('#key');
  find('#key-fault').hidden = !wrong;
  input.setAttribute('aria-invalid', String(wrong));
  const key = (await confirmed('#key-dialog')) ? input.value.trim() : '';
  input.value = '';
  if (key) apiKey.keep(key);
  return key || null;
}
