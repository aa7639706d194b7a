/** The view of all tasks, newest first. */
import { UnreachableError } from './api.js';
import { fill, find, make, say } from './dom.js';
import { plural, statusName, when } from './format.js';

const filters = ['', 'pending', 'running', 'completed', 'failed', 'cancelled'];

/** @param {HTMLElement} root @param {import('./app.js').Page} page @param {string} status Empty for all. */
export function showList(root, { api, signal, onReach, fail }, status) {
  fill('view-list', root);
  const [rows, state, more] = ['.rows', '.state', '#more'].map((selector) => find(selector, root));
  find('.filters nav', root).append(...filters.map((filter) => make('a', {
    href: filter ? `#/tasks?status=${filter}` : '#/tasks', ...(filter === status && { 'aria-current': 'true' }),
  }, filter ? statusName(filter) : 'All')));
  /** @type {string | null} */
  let cursor = null;

  async function load(fresh) {
    more.disabled = true;
    if (!rows.childElementCount) say(state, 'Loading…');
    try {
      const page = await api.tasks({ status, cursor: fresh ? null : cursor, signal });
      onReach(true);
      const items = page.tasks.map(row);
      if (fresh) rows.replaceChildren();
      rows.append(...items);
      cursor = page.next_cursor;
      more.hidden = !cursor;
      say(state, rows.childElementCount ? '' : status ? `No ${statusName(status).toLowerCase()} tasks.` : 'No tasks yet. Start one from a sample.');
      if (!fresh) items[0]?.querySelector('a')?.focus();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof UnreachableError)) return fail(error);
      onReach(false);
      say(state, 'Refresh to try again.');
    } finally {
      more.disabled = false;
    }
  }

  more.addEventListener('click', () => load(false));
  find('#refresh', root).addEventListener('click', () => load(true));
  load(true);
}

/** @param {import('./api.js').Task} task */
function row({ task_id, status, progress, created_at, metadata: { title, scene_count, user_id } }) {
  return make('li', {},
    make('a', { href: `#/tasks/${encodeURIComponent(task_id)}` },
      make('span.name', { dir: 'auto' }, title.slice(0, 300) || 'Untitled scenario'),
      make('span.badge', { 'data-status': status }, statusName(status) + (status === 'running' ? ` ${progress}%` : '')),
      make('span.about', {}, make('bdi', {}, user_id), ` · ${plural(scene_count, 'scene')} · ${when(created_at)}`)));
}
