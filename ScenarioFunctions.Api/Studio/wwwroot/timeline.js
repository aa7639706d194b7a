/** What happened of a task and its scenario, in order, as far as the service has kept it. */
import { make } from './dom.js';
import { plural, statusName } from './format.js';
import { explain } from './reasons.js';

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export function happened(task, scenario, scenes) {
  const isSaved = scenario && task.task_type === 'SAVE_SCENARIO';
  const stored = (scenario?.scenes ?? []).flatMap(({ scene_number, versions }) => versions.map((one) => storedPicture(scene_number, one)));
  const without = scenes.filter((scene) => scene.reason && scene.reason !== 'first_scene')
    .map(({ scene_number, reason, note }) => ({ at: null, what: `Scene ${scene_number}: no picture (${reason.replaceAll('_', ' ')})`, more: note || explain(reason)[0] }));
  const known = [
    { at: task.created_at, what: 'Task started' },
    ...(isSaved ? [{ at: scenario.created_at, what: 'Scenario saved' }] : []),
    ...stored,
    ...(task.completed_at ? [{ at: task.completed_at, what: statusName(task.status), more: task.error?.message ?? task.message }] : []),
  ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const end = known.findIndex(({ at }) => task.completed_at && Date.parse(at) >= Date.parse(task.completed_at));
  known.splice(end < 0 ? known.length : end, 0, ...without);
  return known;
}

function storedPicture(number, { version, created_at, model, ratio, credits_charged, image_service_credits }) {
  const what = `Scene ${number}: ${version > 1 ? `picture ${version}` : 'picture'} stored${credits_charged ? ` and ${plural(credits_charged, 'credit')} charged` : ''}`;
  return { at: created_at, what, more: [model, ratio, image_service_credits && plural(image_service_credits, 'RunwayML credit')].filter(Boolean).join(' · ') };
}

export function drawTimeline(list, entries) {
  list.replaceChildren(...entries.map(({ at, what, more }) => make('li', {},
    at ? make('time', { dateTime: at }, time.format(new Date(at))) : make('span.untimed', {}, '–'),
    make('div', { dir: 'auto' }, make('p', {}, what), ...(more ? [make('p.hint', {}, more)] : [])))));
}
