/**
 * What this browser remembers: the draft of this tab, and the scenarios of the latest tasks that it
 * started, as the service's answers hold no prompts. Nothing depends on it: storage may be full or forbidden.
 */

/** @param {Storage} storage @param {string} name @param {any} value */
function keep(storage, name, value) {
  try {
    storage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** @param {() => Storage} storage @param {string} name */
function recall(storage, name) {
  try {
    return JSON.parse(storage().getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

/** @typedef {{text: string, user: string, short: string}} Draft */

/** @param {Draft} draft */
export const keepDraft = (draft) => keep(sessionStorage, 'draft', draft);

/** @returns {Draft | null} */
export const recallDraft = () => recall(() => sessionStorage, 'draft');

/** @param {string} key */
export const keepApiKey = (key) => keep(sessionStorage, 'api-key', key);

/** @returns {string | null} */
export const recallApiKey = () => recall(() => sessionStorage, 'api-key');

const remembered = 20;

/** @param {string} taskId @param {Draft} draft */
export function keepStarted(taskId, draft) {
  let ids = [taskId, ...(recall(() => localStorage, 'started') ?? [])];
  do {
    for (const id of ids.slice(remembered)) localStorage.removeItem(`started:${id}`);
    ids = ids.slice(0, remembered);
    if (keep(localStorage, `started:${taskId}`, draft)) break;
    // Full: forget the oldest.
    localStorage.removeItem(`started:${ids.pop()}`);
  } while (ids.length);
  keep(localStorage, 'started', ids);
}

/** @param {string} taskId @returns {Draft | null} */
export const recallStarted = (taskId) => recall(() => localStorage, `started:${taskId}`);
