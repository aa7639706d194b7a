/**
 * What this browser remembers: this tab's draft and API key, and the scenarios of tasks that it started, as
 * the service's answers hold no prompts. Nothing depends on it: storage may be full or forbidden.
 * @typedef {{text: string, user: string, short: string}} Draft
 */

function keep(storage, name, value) {
  try {
    window[storage].setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

function recall(storage, name) {
  try {
    return JSON.parse(window[storage].getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

/** @param {Draft} draft */
export const keepDraft = (draft) => keep('sessionStorage', 'draft', draft);

/** @returns {Draft | null} */
export const recallDraft = () => recall('sessionStorage', 'draft');

/** @param {string} key */
export const keepApiKey = (key) => keep('sessionStorage', 'api-key', key);

/** @returns {string | null} */
export const recallApiKey = () => recall('sessionStorage', 'api-key');

/** @param {string} taskId @param {Draft} draft */
export function keepStarted(taskId, draft) {
  const started = [[taskId, draft], ...(recall('localStorage', 'started') ?? [])].slice(0, 20);
  while (started.length && !keep('localStorage', 'started', started)) started.pop();
}

/** @param {string} taskId @returns {Draft | null} */
export const recallStarted = (taskId) =>
  (recall('localStorage', 'started') ?? []).find(([id]) => id === taskId)?.[1] ?? null;
