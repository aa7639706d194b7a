/** Plays a scenario as a storyboard: each scene for its duration, with what is said and what is seen as captions. */
import { find, make, say, showText } from './dom.js';

/** For a scene without a duration, in seconds. */
const usualSeconds = 3;

/** What is said in each scene: the hook in the first, the call to action in the last, and the rest in between. */
export function spokenIn({ script, metadata, scenes }) {
  const { hook, main, cta } = metadata.audio_script ?? {};
  const parts = [hook, main, cta].some(Boolean) ? [hook, main, cta] : ['', script, ''];
  const [first, middle, last] = parts.map((part) => (typeof part === 'string' ? part : ''));
  const spoken = scenes.map(() => middle);
  if (first) spoken[0] = first;
  if (last) spoken[spoken.length - 1] = spoken.length === 1 ? [first, middle, last].filter(Boolean).join(' ') : last;
  return spoken;
}

export function play(scenario) {
  const dialog = find('#player');
  const [image, title, spoken, caption, pause, marks] = ['#still', '#player-title', '#spoken', '#caption', '#pause', '.marks'].map((part) => find(part, dialog));
  const script = spokenIn(scenario);
  const { scenes } = scenario;
  let index = 0;
  let left = 0;
  let since = 0;
  let timer = 0;

  const secondsOf = (scene) => Math.min(Math.max(scene.duration || usualSeconds, 0.5), 3600);

  function show(to) {
    index = Math.min(Math.max(to, 0), scenes.length - 1);
    const scene = scenes[index];
    left = secondsOf(scene) * 1000;
    say(title, `Scene ${index + 1} of ${scenes.length}`);
    showText(spoken, script[index]);
    say(caption, scene.description || (scene.image_url ? '' : 'No picture'));
    image.hidden = !scene.image_url;
    if (scene.image_url) Object.assign(image, { src: scene.image_url, alt: `Picture of scene ${index + 1}` });
    const next = scenes[index + 1]?.image_url;
    if (next) new Image().src = next;
    [...marks.children].forEach((mark, place) => (mark.className = place < index ? 'past' : place === index ? 'now' : ''));
    marks.children[index].style.setProperty('--seconds', `${secondsOf(scene)}s`);
    if (timer) run();
  }

  function run() {
    clearTimeout(timer);
    since = Date.now();
    timer = setTimeout(() => (index === scenes.length - 1 ? stop('Play again') : show(index + 1)), left);
    say(pause, 'Pause');
    dialog.classList.add('playing');
  }

  function stop(label) {
    clearTimeout(timer);
    timer = 0;
    left = label === 'Play' ? Math.max(left - (Date.now() - since), 0) : 0;
    say(pause, label);
    dialog.classList.remove('playing');
  }

  function toggle() {
    if (timer) return stop('Play');
    if (!left) show(0);
    run();
  }

  const full = () => (document.fullscreenElement ? document.exitFullscreen() : find('.screen', dialog).requestFullscreen());
  marks.replaceChildren(...scenes.map(() => make('i')));
  pause.onclick = toggle;
  find('#full', dialog).onclick = full;
  find('#back', dialog).onclick = () => show(index - 1);
  find('#forth', dialog).onclick = () => show(index + 1);
  find('#stop', dialog).onclick = () => dialog.close();
  dialog.onkeydown = (event) => {
    const act = { ArrowLeft: () => show(index - 1), ArrowRight: () => show(index + 1), f: full,
      // A button that has the focus takes it itself.
      ' ': event.target.localName === 'button' ? null : toggle }[event.key];
    if (act) event.preventDefault(), act();
  };
  dialog.onclose = () => {
    stop('Play');
    image.removeAttribute('src');
  };
  show(0);
  dialog.showModal();
  run();
}
