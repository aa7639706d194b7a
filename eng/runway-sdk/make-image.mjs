// Makes one image with RunwayML's own SDK, and prints the finished task, or the error, as JSON. Arguments: the prompt, and
// a file to upload as its reference, if any.
// RUNWAYML_BASE_URL and RUNWAYML_API_SECRET say where and as whom.
import { createReadStream } from 'node:fs';
import RunwayML from '@runwayml/sdk';

const client = new RunwayML();
try {
  const [prompt = 'A lighthouse at dusk', file] = process.argv.slice(2);
  const upload = file && (await client.uploads.createEphemeral({ file: createReadStream(file) }));
  const creating = client.textToImage.create({
    model: 'gen4_image',
    promptText: prompt,
    ratio: '1280:720',
    referenceImages: upload && [{ uri: upload.uri, tag: 'product' }],
  });
  await creating; // else a refusal would go unhandled while the SDK waits before its first poll
  console.log(JSON.stringify(await creating.waitForTaskOutput()));
} catch (error) {
  console.log(JSON.stringify({ error: error.constructor.name, status: error.status, body: error.error, task: error.taskDetails }));
  process.exitCode = 1;
}
