const again = 'Start it again if you still want the picture.';
/** @param {string} what */
const later = (what) => `Start again later. If it goes on, ask whoever runs this service to check its ${what}.`;

/**
 * Why a scene has no new picture, in plain words, and what a person can do.
 * @type {Record<string, [what: string, help?: string]>}
 */
const reasons = {
  first_scene: ['Comes with its picture, so none was made.'],
  no_image_prompt: [
    'It has no image prompt, so no picture was made.',
    'Give it an image_prompt, then start again.'],
  insufficient_credits: [
    'The credits did not cover all the pictures, so none was made.',
    'Add credits, then start the scenario again.'],
  image_service_unavailable: [
    'The image service took no order. Nothing was charged.',
    later('RunwayML key')],
  content_rejected: [
    'The image service refused the prompt or its picture as unsuitable. Nothing was charged.',
    'Reword the prompt or change the picture, then start again.'],
  generation_failed: [
    'The image service took the prompt but gave no usable picture. Nothing was charged.',
    'Start again: a second try often works.'],
  outcome_unknown: [
    'Its answer was lost. It was not asked for again, so as not to pay twice.',
    again],
  storage_failed: [
    'It was made but could not be stored. Nothing was charged.',
    later('storage')],
  charge_failed: [
    'It was made, but could not be charged, so it was removed.',
    'Check the credits, then start again.'],
  timed_out: [
    'The image service did not finish in time. Nothing was charged.',
    'Start it again later.'],
  cancelled: [
    'Cancelled before it was made. Nothing was charged.',
    again],
  limit_reached: ['A limit was reached, so it was not asked for.'],
};

/** @param {string | null} code @returns {[what?: string, help?: string]} */
export const explain = (code) => (code ? reasons[code] ?? [`No picture was made (${code}).`] : []);

/** What stands in a picture's place. @param {import('./api.js').Scene} scene */
export function placeholder({ status, reason }) {
  if (reason === 'first_scene') return 'Has its picture';
  return { pending: 'Waiting its turn', generating: 'Being made…', completed: '', cancelled: 'Cancelled' }[status] ?? 'No picture';
}
