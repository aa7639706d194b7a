/**
 * What this browser remembers: this tab's draft and API key, and the scenarios of tasks that it started, as
 * the service's answers hold no prompts. Nothing depends on it: storage may be full or forbidden.
 */

const memory = (storage, name) => ({
  keep(value) {
    try {
      window[storage].setItem(name, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
  recall() {
    try {
      return JSON.parse(window[storage].getItem(name));
    } catch {
      return null;
    }
  },
});

export const draft = memory('sessionStorage', 'draft');

export const apiKey = memory('sessionStorage', 'api-key');

const started = memory('localStorage', 'started');

export function keepStarted(taskId, draft) {
  const all = [[taskId, draft], ...(started.recall() ?? [])].slice(0, 20);
  while (all.length && !started.keep(all)) all.pop();
}

export const recallStarted = (taskId) => started.recall()?.find(([id]) => id === taskId)?.[1] ?? null;
