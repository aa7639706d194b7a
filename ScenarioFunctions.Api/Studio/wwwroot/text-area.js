/** Leads to a place in a text area. */
import { make } from './dom.js';

export function selectPlace(text, place) {
  text.focus({ preventScroll: true });
  text.scrollIntoView({ block: 'nearest' });
  if (!place) return;
  text.setSelectionRange(place.start, place.end);
  // Not every browser scrolls there, and lines are wrapped: so a copy tells how high the text before the place is.
  const copy = make('div.mirror', { 'aria-hidden': 'true' }, text.value.slice(0, place.start));
  copy.style.width = `${text.clientWidth}px`;
  text.after(copy);
  text.scrollTop = copy.offsetHeight - text.clientHeight / 3;
  copy.remove();
}
