/** Times, counts and names as a person reads them. */

export const plural = (count, one) => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export const when = (iso) => dateTime.format(new Date(iso));

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export function ago(iso, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  const [unit, size] = [['day', 86_400], ['hour', 3600], ['minute', 60]].find(([, size]) => seconds >= size) ?? [];
  return !unit ? 'just now' : unit === 'day' && seconds >= 7 * size ? when(iso) : relative.format(-Math.floor(seconds / size), unit);
}

export const statusName = (status) => (status === 'pending' ? 'Waiting' : status[0].toUpperCase() + status.slice(1));
