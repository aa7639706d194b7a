/** The page: which view is shown, and what all views share. */
import { ApiError, ScenarioApi, UnreachableError } from './api.js';
import { askForKey } from './ask-key.js';
import { find, make, showText } from './dom.js';
import { poll } from './follow.js';
import { showList } from './list.js';
import { apiKey } from './memory.js';
import { showStart } from './start.js';
import { setUpViewer } from './viewer.js';
import { showWatch } from './watch.js';

// Beside the folder of this file, whatever prefix a proxy puts before both.
const baseUrl = new URL('..', import.meta.url).href.slice(0, -1);
const api = new ScenarioApi({ baseUrl, key: apiKey.recall(), askForKey });
const main = find('#main');
let leave = new AbortController();

const offline = 'The service does not answer. Your tasks are safe. This page continues as soon as the service is back.';
const onReach = (reachable) => showText(find('#banner'), reachable ? null : offline);

function go(hash) {
  if (location.hash === hash) route();
  else location.hash = hash;
}

const name = (title) => (document.title = `${title.slice(0, 80)} · Scenario Studio`);

function fail(error) {
  const known = error instanceof ApiError || error instanceof UnreachableError;
  if (!known) console.error(error);
  const [title, text] =
    error.status === 404 ? ['There is no such task', 'Its link may be incomplete.']
    : error.status === 401 ? ['The API key is missing', 'This service needs its API key.']
    : ['That did not work', known ? error.message : 'Something went wrong on this page.'];
  name(title);
  main.replaceChildren(make('section.failure', {}, make('h1', { tabIndex: -1 }, title), make('p', {}, text),
    make('p.actions', {}, make('button', { onclick: route }, 'Try again'), make('a.button', { href: '#/tasks' }, 'See all tasks'))));
}

/** Names this entry of the history, so that the way back leads to what was left there. */
function visitOf() {
  if (!history.state?.visit) history.replaceState({ visit: crypto.getRandomValues(new Uint32Array(2)).join('-') }, '');
  return history.state.visit;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Shows that pictures cost nothing, wherever that is so. */
const showPractice = () => poll({ signal: new AbortController().signal, onReach() {} }, async () => {
  const { checks } = await api.health();
  find('#practice').hidden = !Object.values(checks).some((check) => check.emulator);
  return null;
});

function route() {
  leave.abort();
  leave = new AbortController();
  onReach(true);
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  const [path, query] = location.hash.slice(1).split('?');
  const [, section, id] = path.split('/');
  // The signal is aborted when the view is left; the visit is the same when it is returned to.
  const page = { api, signal: leave.signal, visit: visitOf(), go, onReach, fail, name };
  const current = section === 'tasks' ? 'tasks' : 'start';
  for (const link of document.querySelectorAll('[data-nav]')) {
    link.ariaCurrent = link.dataset.nav === current ? 'page' : null;
  }
  scrollTo(0, 0);
  if (current === 'start') {
    name('New task');
    showStart(main, page);
  } else if (id) {
    name('Task');
    showWatch(main, page, decoded(id));
  } else {
    name('Tasks');
    showList(main, page, new URLSearchParams(query));
  }
}

addEventListener('hashchange', () => {
  route();
  if (!main.contains(document.activeElement)) main.querySelector('h1').focus({ preventScroll: true });
});
// A plain link to #main would be taken for a view.
find('.skip').onclick = (event) => {
  event.preventDefault();
  main.focus();
};
setUpViewer();
history.scrollRestoration = 'manual';
route();
showPractice();
