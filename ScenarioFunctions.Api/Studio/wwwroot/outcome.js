/** What a task that has ended leaves behind, in a sentence or two. */
import { plural } from './format.js';

/**
 * @param {import('./api.js').Task} task That has ended.
 * @param {number} [creditsPerImage] For a task without a result to tell what was charged.
 */
export function outcomeOf({ status, scenes = [], result }, creditsPerImage) {
  const made = scenes.filter((scene) => scene.status === 'completed').length;
  const missed = scenes.filter((scene) => scene.status !== 'completed' && scene.reason !== 'first_scene').length;
  const charged = result?.credits_charged ?? made * (creditsPerImage ?? NaN);
  const cost = made === 0 || charged === 0 ? 'Nothing was charged.'
    : charged ? `${plural(charged, 'credit')} charged.` : 'Pictures kept were charged.';
  const pictures = made ? plural(made, 'picture') : 'No picture';
  if (status !== 'completed') return `${pictures} ${made ? 'kept' : 'was made'}. ${cost}`;
  if (made + missed === 0) return `The scenario is saved. ${cost}`;
  return `${pictures} made${missed ? `, ${missed} missing: each scene says why` : ''}. ${cost}`;
}
