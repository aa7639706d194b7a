/** What a start would make and cost. */
import { make } from './dom.js';
import { plural } from './format.js';

export function planLines({ images, credits_needed, credits_available, seconds, adjustments }) {
  const lines = images
    ? [make('p.plan', {}, make('strong', {}, plural(images, 'picture')), make('span', {}, `up to ${plural(credits_needed, 'credit')}`),
      make('span', {}, `about ${seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`))]
    : [make('p.plan', {}, make('strong', {}, 'No pictures'), make('span', {}, 'nothing is charged'))];
  lines.push(make('p.hint', {}, `${plural(credits_available, 'credit')} available`));
  return [...lines, ...adjustments.map((text) => make('p.hint', {}, text))];
}

/** How many credits are missing for all pictures; without them none is made. */
export const missingCredits = ({ credits_needed, credits_available }) => Math.max(credits_needed - credits_available, 0);
