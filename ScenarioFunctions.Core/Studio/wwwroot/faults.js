/** Sorts the faults of a refused request by the field of the page that each is about. */

/**
 * @param {import('./api.js').Problem} problem
 * @returns {{user: string | null, short: string | null, scenario: import('./outline.js').Fault[], other: string[]}}
 */
export function sortFaults(problem) {
  const sorted = { user: null, short: null, scenario: [], other: [] };
  for (const [path, messages] of Object.entries(problem.errors ?? {})) {
    const all = [messages].flat();
    if (path === '$.user_id') sorted.user = all.join(' ');
    else if (path === '$.short_id') sorted.short = all.join(' ');
    else if (/^\$\.scenario(?![\w-])/.test(path)) {
      sorted.scenario.push(...all.map((message) => ({ path: path.replace('$.scenario', '$'), message })));
    } else sorted.other.push(...all);
  }
  return sorted;
}
