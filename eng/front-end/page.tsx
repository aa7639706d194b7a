import { createRoot } from 'react-dom/client';
import { useScenarioTask } from './use-scenario-task';

/** The page of the test: ?follow= is the follow_url. */
function Page() {
  const task = useScenarioTask(new URLSearchParams(location.search).get('follow'));
  return (
    <main>
      <output>{task?.status}</output>
      {task?.scenes.map((scene) => scene.image_url && <img key={scene.scene_number} src={scene.image_url} alt={`Scene ${scene.scene_number}`} />)}
    </main>
  );
}

createRoot(document.body.appendChild(document.createElement('div'))).render(<Page />);
