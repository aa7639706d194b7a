/** Asks for the API key, once per tab session. */
import { confirmed, find } from './dom.js';
import { apiKey } from './memory.js';

/** @type {Promise<string | null> | null} */
let asking = null;

/**
 * However many calls were refused, one dialog asks.
 * @param {string | null} refused The key that the service did not take; null when it was given none.
 * @returns {Promise<string | null>}
 */
export function askForKey(refused) {
  asking ??= ask(refused !== null).finally(() => (asking = null));
  return asking;
}

/** @param {boolean} wrong */
async function ask(wrong) {
  const input = find('#key');
  find('#key-fault').hidden = !wrong;
  input.setAttribute('aria-invalid', String(wrong));
  const key = (await confirmed('#key-dialog')) ? input.value.trim() : '';
  input.value = '';
  if (key) apiKey.keep(key);
  return key || null;
}
