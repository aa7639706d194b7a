/** Times, counts and names as a person reads them. */

/** @param {number} count @param {string} one */
export const plural = (count, one) => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

/** @param {number} milliseconds @returns {string} Such as `4 s` or `2 min 5 s`. */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** @param {string} iso */
export const when = (iso) => dateTime.format(new Date(iso));

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** @param {string} iso @param {number} [now] @returns {string} Such as `5 minutes ago`. */
export function ago(iso, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  const [unit, size] = [['day', 86_400], ['hour', 3600], ['minute', 60]].find(([, size]) => seconds >= size) ?? [];
  return !unit ? 'just now' : unit === 'day' && seconds >= 7 * size ? when(iso) : relative.format(-Math.floor(seconds / size), unit);
}

/** @param {string} status */
export const statusName = (status) => (status === 'pending' ? 'Waiting' : status[0].toUpperCase() + status.slice(1));
