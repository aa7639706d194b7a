/** Times, counts and names as a person reads them. */

/** @param {number} count @param {string} one @param {string} [many] */
export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** @param {number} milliseconds @returns {string} Such as `4 s`, `2 min 05 s` or `1 h 02 min`. */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const pad = (value) => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${pad(Math.floor(seconds / 60) % 60)} min`;
}

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** @param {string} iso */
export const when = (iso) => dateTime.format(new Date(iso));

/** @type {Record<string, string>} */
const names = {
  pending: 'Waiting', running: 'Running', generating: 'Generating', completed: 'Completed',
  skipped: 'Skipped', kept: 'Kept', failed: 'Failed', cancelling: 'Cancelling', cancelled: 'Cancelled',
};

/** @param {string} status */
export const statusName = (status) => names[status] ?? status;
