/** How far the pictures of a scenario are, counted by scene. */
import { plural } from './format.js';

export const isBusy = ({ status }) => status === 'pending' || status === 'generating';

const wantsNone = ({ reason }) => reason === 'first_scene' || reason === 'no_image_prompt';

export function tallyOf(scenes) {
  const wanted = scenes.filter((scene) => !wantsNone(scene));
  return {
    wanted: wanted.length,
    made: wanted.filter((scene) => scene.image_url).length,
    busy: wanted.filter(isBusy).length,
    missing: wanted.filter((scene) => !scene.image_url && !isBusy(scene)).map((scene) => scene.scene_number),
  };
}

export const gaps = ({ wanted, made, missing }) => (missing.length ? `${made} of ${plural(wanted, 'picture')}` : null);

/** What a task that has ended leaves behind, in a sentence or two. */
export function outcomeOf(status, { made, missing }, charged) {
  const cost = made === 0 || charged === 0 ? 'Nothing was charged.'
    : charged ? `${plural(charged, 'credit')} charged.` : 'Pictures kept were charged.';
  const pictures = made ? plural(made, 'picture') : 'No picture';
  if (status !== 'completed') return `${pictures} ${made ? 'kept' : 'was made'}. ${cost}`;
  if (made + missing.length === 0) return `The scenario is saved. ${cost}`;
  return `${pictures} made${missing.length ? `, ${missing.length} missing: each scene says why` : ''}. ${cost}`;
}

export function chargedFor({ scenes }) {
  const charges = scenes.flatMap(({ scene_number, versions }) => versions
    .filter((version) => scene_number > 1 || version.model) // the first scene may have come with its own
    .map((version) => version.credits_charged));
  return charges.includes(null) ? undefined : charges.reduce((sum, credits) => sum + credits, 0);
}
