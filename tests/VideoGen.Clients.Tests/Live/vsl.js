// What a developer does with VSLClient, against a running system; prints what came of it as JSON.
const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');
const VSLClient = require('../../../clients/js/vsl-client');
const { VideoGenClient, verifyWebhook } = require('../../../clients/js');

const { VIDEOGEN_URL: gateway, VIDEOGEN_API_KEY: apiKey, PICTURE: picture } = process.env;
const client = new VSLClient({ apiKey, baseUrl: `${gateway}/vsl` });
const native = new VideoGenClient({ apiKey, baseUrl: gateway });

async function main() {
  const told = {};
  const events = [];
  let secret;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method === 'POST') events.push(verifyWebhook({ payload: Buffer.concat(chunks), headers: request.headers, secret }));
    response.setHeader('content-type', 'image/jpeg');
    response.end(request.method === 'POST' ? '' : readFileSync(picture));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const here = `http://127.0.0.1:${server.address().port}`;
  const endpoint = await native.webhooks.endpoints.create({ url: `${here}/hook`, format: 'vsl' });
  secret = endpoint.secret;

  const image = await client.generateImage({ prompt: 'A beautiful sunset', modelId: 'flux-schnell', width: 256, height: 256 });
  const statuses = [];
  const picked = await client.waitForCompletion(image.jobId, { timeout: 120_000, onProgress: ({ status }) => statuses.push(status) });
  told.image = [image.status, picked.width, picked.height, statuses.at(-1)];
  told.link = (await fetch(picked.originalUrl)).headers.get('content-type').split('/')[0];

  const body = { userId: 'user123', mediaType: 'video', modelId: 'stability-video', parameters: { image: `${here}/picture.jpg`, num_frames: 14 } };
  const video = await client.generateMedia(body, { idempotencyKey: 'javascript-video' });
  told.sameJob = (await client.generateMedia(body, { idempotencyKey: 'javascript-video' })).jobId === video.jobId;
  const made = await client.waitForCompletion(video.jobId, { timeout: 120_000 });
  told.video = [made.fps, made.s3Path.split('/').slice(0, 2).join('/')];
  const audio = await client.generateAudio({ prompt: 'drums', duration: 1 });
  told.audio = Object.keys(await client.waitForCompletion(audio.jobId)).sort();

  told.refused = await client.generateImage({ prompt: 'x', modelId: 'nonsense' }).catch(({ status, code }) => [status, code]);
  told.unknown = await client.getStatus('00000000-0000-7000-8000-000000000000').catch(({ status, code }) => [status, code]);

  const deadline = Date.now() + 30_000;
  while (!events.some(({ jobId }) => jobId === video.jobId) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  const event = events.find(({ jobId }) => jobId === video.jobId);
  const withoutLinks = ({ originalUrl, thumbnailUrl, ...rest }) => JSON.stringify([new URL(originalUrl).pathname, new URL(thumbnailUrl).pathname, rest]);
  told.webhook = [event.event, event.userId, withoutLinks(event.result) === withoutLinks(made)];
  await native.webhooks.endpoints.delete(endpoint.id);
  server.close();
  server.closeAllConnections();
  console.log(JSON.stringify(told));
}

main();
