/**
 * Why a scene has no new picture, in plain words, and what a person can do; `quiet` marks what is no fault.
 * @type {Record<string, {what: string, help?: string, quiet?: boolean}>}
 */
const reasons = {
  first_scene: {
    what: 'Comes with its picture, so none was made or charged.',
    quiet: true,
  },
  insufficient_credits: {
    what: 'The credits did not cover all the pictures, so none was made and nothing was charged.',
    help: 'Add credits for this user, then start the scenario again.',
  },
  image_service_unavailable: {
    what: 'The image service could not be reached. Nothing was charged.',
    help: 'Start again later. If it goes on, ask whoever runs this service to check its RunwayML key.',
  },
  content_rejected: {
    what: 'The image service refused the prompt or its reference picture as unsuitable. Nothing was charged.',
    help: 'Reword the prompt or use another reference picture, then start again.',
  },
  generation_failed: {
    what: 'The image service took the prompt but gave no usable picture. Nothing was charged.',
    help: 'Start again: a second try often works.',
  },
  outcome_unknown: {
    what: 'The request was sent, but its answer was lost. It was not sent again, so as not to pay twice.',
    help: 'Start it again if you still want the picture.',
  },
  storage_failed: {
    what: 'The picture was made but could not be stored. Nothing was charged.',
    help: 'Start again later. If it goes on, ask whoever runs this service to check its storage.',
  },
  charge_failed: {
    what: 'The picture was made, but its credits could not be charged, so it was removed.',
    help: 'Check the user’s credits, then start again.',
  },
  timed_out: {
    what: 'The image service did not finish in time. Nothing was charged.',
    help: 'Start it again at a quieter time.',
  },
  cancelled: {
    what: 'The task was cancelled before this picture was made. Nothing was charged.',
    help: 'Start it again if you still want the picture.',
  },
};

/** @param {string | null} code */
export const explain = (code) => (code ? reasons[code] ?? { what: `No picture was made (${code}).` } : null);

/** What stands in a picture's place. @param {import('./api.js').Scene} scene */
export function placeholder({ status, reason }) {
  if (reason === 'first_scene') return 'Has its picture';
  return { pending: 'Waiting its turn', generating: 'Being made…', completed: '', cancelled: 'Cancelled' }[status] ?? 'No picture';
}
