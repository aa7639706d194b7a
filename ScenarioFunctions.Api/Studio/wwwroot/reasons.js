/**
 * Why a scene has no new picture, in plain words, and what a person can do.
 * @type {Record<string, [what: string, help?: string]>}
 */
const reasons = {
  first_scene: ['Comes with its picture, so none was made or charged.'],
  no_image_prompt: [
    'The scene has no image prompt, so no picture was made.',
    'Give it an image_prompt, then start the scenario again.'],
  insufficient_credits: [
    'The credits did not cover all the pictures, so none was made and nothing was charged.',
    'Add credits for this user, then start the scenario again.'],
  image_service_unavailable: [
    'The image service took no order. Nothing was charged.',
    'Start again later. If that does not help, ask the operator of this service to check its RunwayML key and credits.'],
  content_rejected: [
    'The image service refused the prompt or its reference picture as unsuitable. Nothing was charged.',
    'Reword the prompt or use another reference picture, then start again.'],
  generation_failed: [
    'The image service took the prompt but gave no usable picture. Nothing was charged.',
    'Start again: a second try often works.'],
  outcome_unknown: [
    'The request was sent, but its answer was lost. It was not sent again, so as not to pay twice.',
    'Start it again if you still want the picture.'],
  storage_failed: [
    'The picture was made but could not be stored. Nothing was charged.',
    'Start again later. If that does not help, ask the operator of this service to check its storage.'],
  charge_failed: [
    'The picture was made, but its credits could not be charged, so it was removed.',
    'Check the user’s credits, then start again.'],
  timed_out: [
    'The image service did not finish in time. Nothing was charged.',
    'Start it again at a quieter time.'],
  cancelled: [
    'The task was cancelled before this picture was made. Nothing was charged.',
    'Start it again if you still want the picture.'],
  limit_reached: ['A limit of the service was reached, so the picture was not ordered. Nothing was charged.'],
};

/** @param {string | null} code @returns {[what?: string, help?: string]} */
export const explain = (code) => (code ? reasons[code] ?? [`No picture was made (${code}).`] : []);

/** What stands in a picture's place. @param {import('./api.js').Scene} scene */
export function placeholder({ status, reason }) {
  if (reason === 'first_scene') return 'Has its picture';
  return { pending: 'Waiting its turn', generating: 'Being made…', completed: '', cancelled: 'Cancelled' }[status] ?? 'No picture';
}
