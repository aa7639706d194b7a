/** The view of all tasks, newest first. It looks again until older ones are loaded. */
import { fill, make, say } from './dom.js';
import { keepLooking } from './follow.js';
import { plural, statusName, when } from './format.js';

const filters = ['', 'pending', 'running', 'completed', 'failed', 'cancelled'];

/** @param {HTMLElement} root @param {import('./app.js').Page} page @param {string} status Empty for all. */
export function showList(root, page, status) {
  const [nav, rows, state, more] = fill(root, 'view-list', '.filters', '.rows', '.state', '#more');
  nav.append(...filters.map((filter) => make('a', {
    href: filter ? `#/tasks?status=${filter}` : '#/tasks', ...(filter === status && { 'aria-current': 'true' }),
  }, filter ? statusName(filter) : 'All')));
  let cursor = null;
  let older = false;
  let seen = '';

  const get = (cursor) => page.api.tasks({ status, cursor, signal: page.signal });

  function append({ tasks, next_cursor }) {
    rows.append(...tasks.map(row));
    more.hidden = !next_cursor;
    say(state, rows.childElementCount ? '' : status ? `No ${statusName(status).toLowerCase()} tasks.` : 'No tasks yet. Start one from a sample.');
    return next_cursor;
  }

  async function look() {
    const newest = await get();
    if (older) return null;
    const now = JSON.stringify(newest);
    // Who is on a row is not to lose it.
    if (now !== seen && !rows.contains(document.activeElement)) {
      seen = now;
      rows.replaceChildren();
      cursor = append(newest);
    }
    return 5000;
  }

  more.onclick = () => {
    more.disabled = older = true;
    keepLooking(page, async () => {
      const last = rows.lastChild;
      cursor = append(await get(cursor));
      more.disabled = false;
      last.nextSibling?.firstChild.focus();
      return null;
    }).catch(page.fail);
  };
  say(state, 'Loading…');
  keepLooking(page, look).catch(page.fail);
}

/** @param {import('./api.js').Task} task */
function row({ task_id, status, progress, created_at, metadata: { title, scene_count, user_id } }) {
  return make('li', {},
    make('a', { href: `#/tasks/${encodeURIComponent(task_id)}` },
      make('span.name', { dir: 'auto' }, title.slice(0, 300) || 'Untitled scenario'),
      make('span.badge', { 'data-status': status }, statusName(status) + (status === 'running' ? ` ${progress}%` : '')),
      make('span.about', {}, make('bdi', {}, user_id), ` · ${plural(scene_count, 'scene')} · ${when(created_at)}`)));
}
