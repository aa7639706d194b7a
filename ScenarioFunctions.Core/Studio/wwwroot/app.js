/** The page: which view is shown, and what all views share. */
import { ApiError, ScenarioApi, UnreachableError } from './api.js';
import { askForKey } from './ask-key.js';
import { find, make, showText } from './dom.js';
import { showList } from './list.js';
import { recallApiKey } from './memory.js';
import { showStart } from './start.js';
import { setUpViewer } from './viewer.js';
import { showWatch } from './watch.js';

const api = new ScenarioApi({ key: recallApiKey(), askForKey });
const main = find('#main');
let leave = new AbortController();

/** @param {boolean} reachable */
function onReach(reachable) {
  showText(find('#banner'), reachable ? null : 'The service does not answer. Your task is safe; this page goes on as soon as it is back.');
}

/** @param {string} hash */
function go(hash) {
  if (location.hash === hash) route();
  else location.hash = hash;
}

/** @param {string} title */
function name(title) {
  document.title = `${title.slice(0, 80)} · Scenario Studio`;
}

/** @param {unknown} error */
function fail(error) {
  const [title, text] =
    error instanceof ApiError && error.status === 404 ? ['There is no such task', 'The link may be cut short, or the task is on another service.']
    : error instanceof ApiError && error.status === 401 ? ['The API key is missing', 'This service answers only to those who have its key.']
    : ['That did not work', error instanceof ApiError || error instanceof UnreachableError ? error.message : 'The page met a fault of its own.'];
  if (!(error instanceof ApiError)) console.error(error);
  name(title);
  main.replaceChildren(make('section.failure', {}, make('h1', { tabIndex: -1 }, title), make('p', {}, text),
    make('p.actions', {}, make('button', { type: 'button', onclick: route }, 'Try again'), make('a.button', { href: '#/tasks' }, 'See all tasks'))));
}

function route() {
  leave.abort();
  leave = new AbortController();
  showText(find('#banner'), null);
  const [path, query] = location.hash.slice(1).split('?');
  const [, section, id] = path.split('/');
  const page = { api, signal: leave.signal, go, onReach, fail, name };
  const current = section === 'tasks' ? 'tasks' : 'start';
  for (const link of document.querySelectorAll('[data-nav]')) {
    if (/** @type {HTMLElement} */ (link).dataset.nav === current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (current === 'start') {
    name('New task');
    showStart(main, page);
  } else if (id) {
    name('Task');
    showWatch(main, page, decodeURIComponent(id));
  } else {
    name('Tasks');
    showList(main, page, new URLSearchParams(query).get('status') ?? '');
  }
  scrollTo(0, 0);
}

addEventListener('hashchange', () => {
  route();
  main.querySelector('h1')?.focus();
});
// A plain link to #main would be taken for a view.
find('.skip').addEventListener('click', (/** @type {Event} */ event) => {
  event.preventDefault();
  main.focus();
});
setUpViewer();
route();
