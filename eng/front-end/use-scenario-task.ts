import { useEffect, useState } from 'react';
import type { components } from './api';

export type Task = components['schemas']['Task'];
const hasEnded = (task: Task) => ['completed', 'failed', 'cancelled'].includes(task.status);

/** The task behind a follow_url, until it ends. Each event is a reason to read it; without a connection it is polled. */
export function useScenarioTask(followUrl: string | null): Task | null {
  const [task, setTask] = useState<Task | null>(null);
  useEffect(() => {
    if (!followUrl) return;
    const events = new EventSource(followUrl);
    const stop = () => (events.close(), clearInterval(timer));
    const read = async () => {
      const answer = await fetch(followUrl.replace('/events?', '?')).catch(() => null);
      if (!answer?.ok) return; // The next event or the timer tries again.
      const now: Task = await answer.json();
      setTask((last) => (last && last.updated_at > now.updated_at ? last : now));
      if (hasEnded(now)) stop();
    };
    const timer = setInterval(() => events.readyState !== EventSource.OPEN && read(), 5000);
    for (const type of ['progress', 'scene', 'ended']) events.addEventListener(type, read);
    return stop;
  }, [followUrl]);
  return task;
}
