/** Sorts the faults of a refused request by the field of the page that each is about. */

/**
 * @param {import('./api.js').Problem} problem
 * @returns {{user: string | null, short: string | null, scenario: import('./outline.js').Fault[], other: string[], count: number}}
 */
export function sortFaults(problem) {
  const sorted = { user: null, short: null, scenario: [], other: [], count: 0 };
  for (const [path, messages] of Object.entries(problem.errors ?? {})) {
    sorted.count += messages.length;
    const text = messages.join('; ');
    const within = /^\$\.scenario((?:[.[].*)?)$/s.exec(path)?.[1];
    if (path === '$.user_id') sorted.user = text;
    else if (path === '$.short_id') sorted.short = text;
    else if (within !== undefined) sorted.scenario.push(...messages.map((message) => ({ path: `$${within}`, message })));
    else sorted.other.push(`${path} ${text}`);
  }
  return sorted;
}
