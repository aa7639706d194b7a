/** Times, counts and names as a person reads them. */

/** @param {number} count @param {string} one @param {string} [many] */
export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** @param {number} milliseconds @returns {string} Such as `4 s` or `2 min 5 s`. */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
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
