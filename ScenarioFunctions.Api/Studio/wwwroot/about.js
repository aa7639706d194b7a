/** What a task is about: who started it and when, and its scenario's description and length. */
import { copy, make, say, showText } from './dom.js';
import { when } from './format.js';

export function showAbout(facts, description, task, scenario, adjustments) {
  showText(description, scenario?.description);
  const { user_id, short_id } = task.metadata;
  const seconds = scenario?.estimated_duration;
  const about = {
    User: user_id,
    'Short id': short_id,
    Started: when(task.created_at),
    ...(seconds && { Length: `${seconds.toLocaleString('en')} s` }),
    ...(task.task_type === 'GENERATE_IMAGES' && { 'Made again': `scene ${(task.scenes ?? []).map((scene) => scene.scene_number).join(', ')}` }),
    ...(adjustments?.length && { Adjusted: adjustments.join(' ') }),
  };
  facts.replaceChildren(
    ...Object.entries(about).map(([term, text]) => fact(term, text)),
    fact('Task', task.task_id, make('button.link', { type: 'button', 'aria-label': 'Copy the task’s id', onclick: (event) => copyTo(event.target, task.task_id) }, 'Copy')));
}

/** Copies, and says so on the button. */
export async function copyTo(button, text) {
  const before = button.textContent;
  const isDone = await copy(text);
  say(button, isDone ? 'Copied' : 'Not copied');
  setTimeout(() => say(button, before), 2000);
}

const fact = (term, text, ...more) => make('div', {}, make('dt', {}, term), make('dd', {}, make('bdi', {}, text), ...more));
