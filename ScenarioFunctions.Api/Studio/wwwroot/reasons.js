/** Why a scene has no new picture, in plain words, and what a person can do. */
const reasons = {
  first_scene: ['No picture is made or charged for the first scene.'],
  no_image_prompt: [
    'The scene has no image prompt, so no picture was made.',
    'Write a prompt to have one made.'],
  insufficient_credits: [
    'The credits did not cover all the pictures, so none was made and nothing was charged.',
    'Add credits for this user, then make the missing pictures.'],
  image_service_unavailable: [
    'The image service took no order. Nothing was charged.',
    'Try again later. If that does not help, ask the operator of this service to check its RunwayML key and credits.'],
  content_rejected: [
    'The image service refused the prompt or its reference picture as unsuitable. Nothing was charged.',
    'Reword the prompt, or start again with another reference picture.'],
  generation_failed: [
    'The image service took the prompt but gave no usable picture. Nothing was charged.',
    'Try again: a second try often works.'],
  outcome_unknown: [
    'The request was sent, but its answer was lost. It was not sent again, so as not to pay twice.',
    'Try again if you still want the picture.'],
  storage_failed: [
    'The picture was made but could not be stored. Nothing was charged.',
    'Try again later. If that does not help, ask the operator of this service to check its storage.'],
  charge_failed: [
    'The picture was made, but its credits could not be charged, so it was removed.',
    'Check the user’s credits, then try again.'],
  timed_out: [
    'The image service did not finish in time. Nothing was charged.',
    'Try again at a quieter time.'],
  cancelled: [
    'The task was cancelled before this picture was made. Nothing was charged.',
    'Try again if you still want the picture.'],
  limit_reached: [
    'A limit of the service was reached, so the picture was not ordered. Nothing was charged.',
    'Try again after a day, or ask the operator of this service to raise the limit.'],
};

export const explain = (code) => (code ? reasons[code] ?? [`No picture was made (${code}).`] : []);

/** What stands in a picture's place. */
export function placeholder({ status, reason }) {
  if (reason === 'first_scene') return 'No picture is made for the first scene';
  return { pending: '', generating: '', completed: '', cancelled: 'Cancelled' }[status] ?? 'No picture';
}
