// Makes one image with RunwayML's own SDK, and prints the finished task, or the error, as JSON.
// RUNWAYML_BASE_URL and RUNWAYML_API_SECRET say where and as whom.
import RunwayML from '@runwayml/sdk';

const client = new RunwayML();
try {
  const creating = client.textToImage.create({
    model: 'gen4_image',
    promptText: process.argv[2] ?? 'A lighthouse at dusk',
    ratio: '1280:720',
  });
  await creating; // else a refusal would go unhandled while the SDK waits before its first poll
  console.log(JSON.stringify(await creating.waitForTaskOutput()));
} catch (error) {
  console.log(JSON.stringify({ error: error.constructor.name, status: error.status, body: error.error, task: error.taskDetails }));
  process.exitCode = 1;
}
