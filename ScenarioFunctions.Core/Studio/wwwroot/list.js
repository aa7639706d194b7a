/** The view of all tasks, newest first. */
import { UnreachableError } from './api.js';
import { fill, find, make, say } from './dom.js';
import { plural, statusName, when } from './format.js';

const filters = ['', 'pending', 'running', 'completed', 'failed', 'cancelled'];

/**
 * @param {HTMLElement} root
 * @param {{api: import('./api.js').ScenarioApi, signal: AbortSignal, onReach: (reachable: boolean) => void, fail: (error: unknown) => void}} page
 * @param {string} status Empty for all.
 */
export function showList(root, { api, signal, onReach, fail }, status) {
  fill('view-list', root);
  const [rows, state, more, refresh] = ['.rows', '.state', '#more', '#refresh'].map((selector) => find(selector, root));
  find('.filters nav', root).append(...filters.map((filter) => make('a', {
    href: filter ? `#/tasks?status=${filter}` : '#/tasks',
    ...(filter === status && { 'aria-current': 'true' }),
  }, filter ? statusName(filter) : 'All')));
  /** @type {string | null} */
  let cursor = null;

  async function load(/** @type {boolean} */ fresh) {
    more.disabled = true;
    rows.setAttribute('aria-busy', 'true');
    if (!rows.childElementCount) say(state, 'Loading…');
    try {
      const page = await api.tasks({ status, cursor: fresh ? null : cursor, signal });
      onReach(true);
      const items = page.tasks.map(row);
      if (fresh) rows.replaceChildren(...items);
      else rows.append(...items);
      cursor = page.next_cursor;
      more.hidden = !cursor;
      say(state, rows.childElementCount ? '' : status ? `No task is ${statusName(status).toLowerCase()}.` : 'No tasks yet. Start one from a sample.');
      if (!fresh) /** @type {HTMLElement | undefined} */ (items[0]?.querySelector('a'))?.focus();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof UnreachableError)) return fail(error);
      onReach(false);
      say(state, 'The tasks cannot be loaded just now. Refresh to try again.');
    } finally {
      more.disabled = false;
      rows.setAttribute('aria-busy', 'false');
    }
  }

  more.addEventListener('click', () => load(false));
  refresh.addEventListener('click', () => load(true));
  document.addEventListener('visibilitychange', () => {
    // Back after a while: what is shown may be old. Pages loaded since stay.
    if (!document.hidden && rows.childElementCount <= 50) load(true);
  }, { signal });
  load(true);
}

/** @param {import('./api.js').Task} task */
function row(task) {
  const { title, scene_count, user_id } = task.metadata;
  const running = task.status === 'running' ? ` ${task.progress}%` : '';
  return make('li', {},
    make('a', { href: `#/tasks/${encodeURIComponent(task.task_id)}` },
      make('span.name', { dir: 'auto' }, title.slice(0, 300) || 'Untitled scenario'),
      make('span.badge', { 'data-status': task.status }, statusName(task.status) + running),
      make('span.about', {}, make('bdi', {}, user_id), ` · ${plural(scene_count, 'scene')} · ${when(task.created_at)}`)));
}
