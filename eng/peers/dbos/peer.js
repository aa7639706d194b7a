// The shape of the save-scenario workflow in DBOS, with steps that do nothing: what ScenarioFunctions.Benchmarks' `engine`
// measures of the embedded engine. Prints rows of the table in docs/scale.md.
import { DBOS } from '@dbos-inc/dbos-sdk';
import { performance } from 'node:perf_hooks';

const [url, count] = [process.argv[2], Number(process.argv[3])];
const inFlight = 64;
const input = { short_id: 'short_456', user_id: 'user_789', scenario: { scenes: Array(5).fill('a calm studio shot '.repeat(30)) } };

const step = (name, result) => DBOS.runStep(async () => result, { name });
const workflow = DBOS.registerWorkflow(async () => {
  await step('SaveScenario', { scenario_id: '79b0aa00-742a-8a40-a8bb-9b0e03f817bd' });
  await step('SaveScenes', { count: 5 });
  await step('CheckCredits', { needed: 8, held: true });
  const images = await Promise.all([2, 3, 4, 5].map(n => step('GenerateSceneImage', { status: 'completed', image_url: `/scenes/${n}.png` })));
  await step('ReleaseCredits', { released: 0 });
  return images;
}, { name: 'SaveScenario' });

async function runOne() {
  const handle = await DBOS.startWorkflow(workflow)(input);
  if ((await handle.getResult()).length !== 4) throw new Error('A workflow has no result.');
}

async function load(total) {
  let left = total;
  const started = performance.now();
  await Promise.all(Array.from({ length: inFlight }, async () => {
    while (left-- > 0) await runOne();
  }));
  return total / (performance.now() - started) * 1000;
}

DBOS.setConfig({ name: 'peer', systemDatabaseUrl: url, runAdminServer: false, logLevel: 'error' });
await DBOS.launch();
await load(200);
const alone = [];
for (let i = 0; i < 100; i++) {
  const started = performance.now();
  await runOne();
  alone.push(performance.now() - started);
}
const rate = await load(count);
await DBOS.shutdown();
const median = alone.sort((a, b) => a - b)[50];
console.log(`| peer: DBOS 5.3.0 on PostgreSQL | the engine's workflow: workflows a second, ${inFlight} in flight | ${Math.round(rate)} | – |`);
console.log(`| peer: DBOS 5.3.0 on PostgreSQL | one alone, from start to its end on disk, median, ms | ${median.toFixed(2)} | – |`);
