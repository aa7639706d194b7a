/** Tells the browser's user when a task has ended, if they have asked for it. */
import { hasEnded } from './api.js';
import { find, say } from './dom.js';

export function setUpNotice(page, root) {
  const button = find('#tell', root);
  let isAsked = false;

  button.onclick = async () => {
    isAsked = !isAsked && (await Notification.requestPermission()) === 'granted';
    button.setAttribute('aria-pressed', String(isAsked));
    say(button, isAsked ? 'You will be told' : Notification.permission === 'denied' ? 'This browser forbids it' : 'Tell me when it is done');
  };

  return {
    update(task, text) {
      const isOver = hasEnded(task);
      if (isOver && isAsked) {
        isAsked = false;
        const told = new Notification(task.metadata.title || 'Untitled scenario', { body: text, tag: task.task_id });
        told.onclick = () => window.focus();
      }
      button.hidden = isOver || !('Notification' in window) || Notification.permission === 'denied';
    },
  };
}
