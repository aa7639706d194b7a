/** What a task that has ended leaves behind, in a sentence or two. */
import { plural } from './format.js';

/**
 * @param {import('./api.js').Task} task That has ended.
 * @param {number} [creditsPerImage] For a task that has no result to tell what was charged.
 */
export function outcomeOf(task, creditsPerImage) {
  const scenes = task.scenes ?? [];
  const made = scenes.filter((scene) => scene.status === 'completed').length;
  const missed = scenes.filter((scene) => scene.status !== 'completed' && scene.reason !== 'first_scene').length;
  const charged = task.result?.credits_charged ?? (made === 0 ? 0 : creditsPerImage && made * creditsPerImage);
  const cost = charged === undefined ? 'Pictures kept were charged.' : charged === 0 ? 'Nothing was charged.' : `${plural(charged, 'credit')} charged.`;
  switch (task.status) {
    case 'completed':
      return missed === 0
        ? `${made === 0 ? 'The scenario is saved' : `${plural(made, 'picture')} made`}. ${cost}`
        : `${plural(made, 'picture')} made, ${missed} not: each card says why. ${cost}`;
    case 'cancelled':
      return made === 0 ? `Cancelled before any picture was made. ${cost}` : `Cancelled. ${plural(made, 'picture')} made before that ${made === 1 ? 'is' : 'are'} kept. ${cost}`;
    default:
      return made === 0 ? `The task failed before any picture was made. ${cost}` : `The task failed. ${plural(made, 'picture')} made before that ${made === 1 ? 'is' : 'are'} kept. ${cost}`;
  }
}
