/** The view of all tasks, newest first. It looks again and again, can be searched, and is found on the way back as it was left. */
import { fill, make, say } from './dom.js';
import { poll } from './follow.js';
import { plural, statusName } from './format.js';
import { hasGaps, makeRow } from './row.js';
import { watchThumbnails } from './thumbnails.js';

const filters = { '': 'All', pending: 'Waiting', running: 'Running', completed: 'Completed', gaps: 'With gaps', failed: 'Failed', cancelled: 'Cancelled' };
const pageSize = 50;

/** A search reads so many more tasks at a time, as the service finds tasks by their status only. */
const searchedAtOnce = 500;

/** By visit. */
const left = new Map();

/** The query has `status` and `q`. */
export function showList(root, page, query) {
  const [nav, search, rows, state, more] = fill(root, 'view-list', '.filters', '#search', '.rows', '.state', '#more');
  const filter = query.get('status') ?? '';
  const was = left.get(page.visit);
  let { tasks = [], cursor = null, reach = searchedAtOnce } = was ?? {};
  let loaded = Boolean(was);
  let loading = false;
  let timer = 0;
  const drawn = new Map();
  const thumbnails = watchThumbnails(page.signal);

  const words = () => search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const isNarrowed = () => filter === 'gaps' || words().length > 0;
  const get = (limit, after) => page.api.tasks({ status: filter === 'gaps' ? 'completed' : filter, limit, cursor: after, signal: page.signal });
  const hash = (status, q) => {
    const next = new URLSearchParams({ ...(status && { status }), ...(q && { q }) }).toString();
    return `#/tasks${next && `?${next}`}`;
  };

  const nameSearch = () => history.replaceState(history.state, '', hash(filter, search.value.trim()));

  function drawFilters() {
    nav.replaceChildren(...Object.entries(filters).map(([status, name]) => make('a', {
      href: hash(status, search.value.trim()), ...(status === filter && { 'aria-current': 'true' }),
    }, name)));
  }

  function found() {
    const wanted = words();
    return tasks.filter((task) => {
      if (filter === 'gaps' && !hasGaps(task)) return false;
      const text = [task.metadata.title, task.user_id, task.short_id].join('\n').toLowerCase();
      return wanted.every((word) => text.includes(word) || word === task.task_id);
    });
  }

  /** Rows stay the same elements, so that nobody loses the one that they are on. */
  function draw() {
    const shown = found();
    const ids = new Set(shown.map((task) => task.task_id));
    for (const [id, row] of drawn) {
      if (ids.has(id)) continue;
      row.item.remove();
      drawn.delete(id);
    }
    let next = rows.firstChild;
    for (const task of shown) {
      if (!drawn.has(task.task_id)) drawn.set(task.task_id, makeRow(task.task_id, thumbnails));
      const { item, update } = drawn.get(task.task_id);
      update(task);
      if (item === next) next = next.nextSibling;
      else rows.insertBefore(item, next);
    }
    more.hidden = !cursor || loading;
    say(more, isNarrowed() ? 'Search older tasks' : 'Load more');
    say(state, stateOf(shown.length));
  }

  function stateOf(count) {
    if (!loaded) return 'Loading…';
    if (isNarrowed()) {
      const what = count ? `${plural(count, 'task')} found` : 'No task found';
      return loading ? `${what} so far. Searching…` : cursor ? `${what} among the newest ${tasks.length.toLocaleString('en')}.` : `${what}.`;
    }
    return count ? '' : filter ? `No ${statusName(filter).toLowerCase()} tasks.` : 'No tasks yet. Start one from a sample.';
  }

  function merge({ tasks: newest, next_cursor }) {
    const ids = new Set(newest.map((task) => task.task_id));
    const held = tasks.find((task) => drawn.get(task.task_id)?.item.contains(document.activeElement));
    const last = tasks.findLastIndex((task) => ids.has(task.task_id));
    const older = next_cursor && last >= 0 ? tasks.slice(last + 1) : [];
    if (!older.length) cursor = next_cursor;
    tasks = [...newest, ...older];
    if (held && !tasks.some((task) => task.task_id === held.task_id)) {
      tasks.push(held);
      tasks.sort((a, b) => b.created_at.localeCompare(a.created_at));
    }
    loaded = true;
  }

  /** One page, or, for a search, as many as it needs for a screenful. */
  async function load(onDone = () => {}) {
    if (loading || !cursor) return;
    loading = true;
    draw();
    await poll(page, async () => {
      const { tasks: older, next_cursor } = await get(isNarrowed() ? 100 : pageSize, cursor);
      const known = new Set(tasks.map((task) => task.task_id));
      tasks.push(...older.filter((task) => !known.has(task.task_id)));
      cursor = next_cursor;
      draw();
      return isNarrowed() && lacks() ? 0 : null;
    });
    loading = false;
    if (page.signal.aborted) return;
    draw();
    onDone();
  }

  const lacks = () => cursor && tasks.length < reach && rows.childElementCount < pageSize;
  const searchOn = () => isNarrowed() && lacks() && load().catch(page.fail);

  async function refresh() {
    const newest = await get(pageSize);
    if (!loading) merge(newest);
    draw();
    searchOn();
    return 5000;
  }

  more.onclick = () => {
    const last = rows.lastChild;
    reach = tasks.length + searchedAtOnce;
    load(() => (last?.nextSibling ?? rows.lastChild)?.firstChild.focus()).catch(page.fail);
  };
  search.oninput = () => {
    draw();
    clearTimeout(timer);
    timer = setTimeout(() => {
      nameSearch();
      drawFilters();
      searchOn();
    }, 300);
  };
  page.signal.addEventListener('abort', () => {
    clearTimeout(timer);
    const opened = [...drawn].find(([, { item }]) => item.contains(document.activeElement));
    if (left.size > 20) left.delete(left.keys().next().value);
    left.set(page.visit, { tasks, cursor, reach, sought: search.value, scrolled: scrollY, opened: opened?.[0], top: opened?.[1].item.getBoundingClientRect().top ?? 0 });
  });

  // The address is a moment late.
  search.value = was?.sought ?? query.get('q') ?? '';
  nameSearch();
  drawFilters();
  draw();
  if (was) returnTo(was, drawn.get(was.opened)?.item);
  poll(page, refresh).catch(page.fail);
}

function returnTo({ scrolled, top }, item) {
  scrollTo(0, scrolled);
  item?.firstChild.focus({ preventScroll: true });
  // Rows that were not drawn yet may be higher than expected.
  if (item) scrollBy(0, item.getBoundingClientRect().top - top);
}
