/** What happened of a task and its scenario, in order, as far as the service has kept it. */
import { make } from './dom.js';
import { plural, statusName } from './format.js';
import { explain } from './reasons.js';
import { isBusy } from './tally.js';

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export function happened(task, scenario) {
  const savesIt = task.task_type === 'SAVE_SCENARIO';
  const scenes = scenario?.scenes ?? [];
  // The image that the first scene came with was not made.
  const made = scenes.flatMap((scene) => scene.versions.map((version) => ({ ...version, scene_number: scene.scene_number })))
    .filter((one) => (savesIt || one.task_id === task.task_id) && (one.scene_number > 1 || one.model));
  const known = [
    { at: task.created_at, what: 'Task started' },
    ...(savesIt && scenario ? [{ at: scenario.created_at, what: 'Scenario saved' }] : []),
    ...(task.held_at ? [{ at: task.held_at, what: 'Credits held' }] : []),
    ...made.flatMap(storyOf),
    ...failuresOf(task, savesIt ? scenes : []).flatMap(storyOf),
    ...scenes.filter(isBusy).flatMap(storyOf),
    ...(task.completed_at ? [{ at: task.completed_at, what: statusName(task.status), more: task.error?.message ?? task.message }] : []),
  ];
  const timed = known.filter(({ at }) => at).sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const end = timed.findIndex(({ at }) => at === task.completed_at);
  timed.splice(end < 0 ? timed.length : end, 0, ...known.filter(({ at }) => !at));
  return timed;
}

/** The task's own, and those of later tasks. While a task runs, only the scenario has their times. */
function failuresOf(task, scenes) {
  const failed = ({ reason }) => reason && reason !== 'first_scene';
  const own = (task.scenes ?? []).filter(failed);
  const stored = scenes.filter((scene) => failed(scene) && scene.ended_at);
  const told = task.completed_at ? own : own.filter((one) => !stored.some((other) => other.scene_number === one.scene_number));
  return [...told, ...stored.filter((one) => !told.some((other) => other.ended_at === one.ended_at && other.scene_number === one.scene_number))];
}

function storyOf({ scene_number, version, created_at, ordered_at, attempt, stored_at, ended_at, model, ratio, credits_charged, image_service_credits, reason, note, failure_code }) {
  const scene = `Scene ${scene_number}: `;
  const picture = created_at && version > 1 ? `picture ${version}` : 'picture';
  const charged = credits_charged ? `${plural(credits_charged, 'credit')} charged` : '';
  const details = [model, ratio, image_service_credits && plural(image_service_credits, 'RunwayML credit')].filter(Boolean).join(' · ');
  const story = [];
  if (ordered_at) story.push({ at: ordered_at, what: `${scene}${picture} ordered${attempt > 1 ? `, attempt ${attempt}` : ''}` });
  if (stored_at) story.push({ at: stored_at, what: `${scene}${picture} stored`, more: details });
  if (stored_at && charged) story.push({ at: ended_at, what: scene + charged });
  if (reason) {
    const kind = reason === 'content_rejected' ? 'rejected by moderation' : `no picture (${reason.replaceAll('_', ' ')})`;
    story.push({ at: ended_at, what: scene + kind, more: [note || explain(reason)[0], failure_code && `(${failure_code})`].filter(Boolean).join(' ') });
  }
  // From before there were times: a first picture is kept with that of its end.
  if (created_at && !stored_at) {
    story.push({ at: ended_at ?? (version === 1 ? created_at : null), what: `${scene}${picture} stored${charged && ` and ${charged}`}`, more: details });
  }
  return story;
}

export function drawTimeline(list, entries) {
  list.replaceChildren(...entries.map(({ at, what, more }) => make('li', {},
    at ? make('time', { dateTime: at }, time.format(new Date(at))) : make('span.untimed', {}, '–'),
    make('div', { dir: 'auto' }, make('p', {}, what), ...(more ? [make('p.hint', {}, more)] : [])))));
}
