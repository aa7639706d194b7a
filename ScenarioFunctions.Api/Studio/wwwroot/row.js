/** A task in the list. Made once; afterwards only what has changed is touched. */
import { make, say } from './dom.js';
import { ago, duration, plural, statusName, when } from './format.js';

/** Whether a task completed without all pictures. */
export const hasGaps = ({ status, images }) => status === 'completed' && images.made < images.wanted;

export function makeRow(id, showThumbnails) {
  const [thumbnails, name, badge, user, about, time] = ['span.thumbnails', 'span.name', 'span.badge', 'bdi', 'span', 'time'].map((tag) => make(tag));
  thumbnails.ariaHidden = 'true';
  name.dir = 'auto';
  const item = make('li', {}, make('a', { href: `#/tasks/${encodeURIComponent(id)}` },
    thumbnails, name, badge, make('span.about', {}, user, about, time)));
  let seen = null;

  function draw({ task_type, status, progress, created_at, completed_at, images, result, user_id, short_id, metadata }) {
    showThumbnails(thumbnails, images.urls);
    say(name, metadata.title.slice(0, 300) || 'Untitled scenario');
    badge.dataset.status = hasGaps({ status, images }) ? 'partial' : status;
    say(badge, hasGaps({ status, images }) ? `${images.made} of ${plural(images.wanted, 'picture')}`
      : statusName(status) + (status === 'running' ? ` ${progress}%` : ''));
    say(user, `${user_id} · ${short_id}`);
    const facts = [
      ...(task_type === 'GENERATE_IMAGES' ? ['more pictures'] : [plural(metadata.scene_count, 'scene')]),
      ...(images.wanted ? [`${images.made}/${images.wanted} pictures`] : []),
      ...(result ? [plural(result.credits_charged, 'credit')] : []),
      ...(completed_at ? [duration(Date.parse(completed_at) - Date.parse(created_at))] : []),
    ];
    say(about, ` · ${facts.join(' · ')} · `);
    time.dateTime = created_at;
    time.title = when(created_at);
  }

  function update(task) {
    if (task !== seen?.task) {
      const text = JSON.stringify(task);
      if (text !== seen?.text) draw(task);
      seen = { task, text };
    }
    say(time, ago(task.created_at));
  }

  return { item, update };
}
