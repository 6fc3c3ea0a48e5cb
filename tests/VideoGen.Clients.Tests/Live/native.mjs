// What a developer does with the native client, against a running system; prints what came of it as JSON.
import { createServer } from 'node:http';
import { VideoGenClient, ApiError, JobCancelledError, JobFailedError, verifyWebhook } from '../../../clients/js/index.mjs';

const { VIDEOGEN_URL: baseUrl, VIDEOGEN_API_KEY: apiKey, VIDEOGEN_TEST_KEY: testKey, PICTURE: picture, FOLDER: folder } = process.env;
const client = new VideoGenClient({ apiKey, baseUrl });
const rehearsal = new VideoGenClient({ apiKey: testKey, baseUrl }); // may say what the simulator shall do
const instant = { model: 'veo3.1', input: { prompt: 'x', duration_seconds: 4 }, simulate: { instant: true } };
const told = {};

const hooks = await receive();
const endpoints = [];
for (const format of ['native', 'vsl']) endpoints.push(await client.webhooks.endpoints.create({ url: `${hooks.url}/${format}`, format, events: ['job.completed'] }));
hooks.secrets = endpoints.map(({ secret }) => secret);
told.test = (await client.webhooks.endpoints.test(endpoints[1].id)).delivered;

const asset = await client.upload(picture);
told.upload = [asset.kind, asset.file_name];
const job = { model: 'wan2.1', input: { prompt: 'slow zoom', image: asset.id, width: 320, height: 256, length: 17 }, metadata: { user_id: 'user123' } };
told.quote = (await client.quote(job)).credits > 0;
const [first, again] = [await client.jobs.submit(job, { idempotencyKey: 'one' }), await client.jobs.submit(job, { idempotencyKey: 'one' })];
told.sameJob = first.id === again.id;

const percents = [];
const done = await client.jobs.wait(first.id, { timeout: 120_000, onProgress: ({ progress }) => percents.push(progress.percent) });
told.progressed = percents.length > 1 && percents.at(-1) === 100 && percents.every((percent, at) => at === 0 || percent >= percents[at - 1]);
told.video = await client.assets.download(done.output.assets[0], `${folder}/javascript.mp4`);
told.streamed = (await rehearsal.jobs.run(instant, { via: 'stream', timeout: 120_000 })).status;

const failing = { ...instant, simulate: { instant: true, fail_with: 'content_rejected' } };
told.failed = await rehearsal.jobs.run(failing, { timeout: 120_000 }).catch((error) => [error instanceof JobFailedError, error.code]);
const slow = await rehearsal.jobs.submit({ ...instant, simulate: { delay_seconds: 120 } });
await rehearsal.jobs.cancel(slow.id);
told.cancelled = await rehearsal.jobs.wait(slow.id, { timeout: 60_000 }).catch((error) => error instanceof JobCancelledError);
told.refused = await client.jobs.submit({ model: 'veo3.1', input: { prompt: 'x', duration_seconds: 5 } })
  .catch((error) => [error instanceof ApiError, error.status, error.code, Object.keys(error.fields)]);

const statuses = new Map();
for (const world of [client, rehearsal]) for await (const one of world.jobs.list({ limit: 2 })) statuses.set(one.id, one.status);
told.listed = [statuses.get(first.id), statuses.get(slow.id)];
told.events = [];
for await (const event of client.events.list()) if (event.data.id === first.id && event.type !== 'job.progressed') told.events.push(event.type);
told.ledger = [];
for await (const entry of client.account.ledger({ job_id: first.id })) told.ledger.push(entry.kind);
told.available = (await client.account.get()).credits.available > 0;
told.models = [];
for await (const model of client.models.list({ kind: 'image' })) told.models.push(model.slug);

await hooks.until(first.id);
const [native, vsl] = [hooks.events.find(({ data }) => data?.id === first.id), hooks.events.find(({ jobId }) => jobId === first.id)];
told.webhooks = [native.type, vsl.event, vsl.userId, vsl.result.fileSize === done.output.assets[0].size_bytes, hooks.refused];
for (const { id } of endpoints) await client.webhooks.endpoints.delete(id);
await client.jobs.delete(first.id);
told.deleted = await client.jobs.get(first.id).catch(({ status }) => status);
hooks.server.close();
console.log(JSON.stringify(told));

/** A receiver of webhooks that checks each of them. */
async function receive() {
  const hooks = { events: [], refused: 0, until: (id) => hooks.look(id) };
  hooks.look = async (id) => {
    const deadline = Date.now() + 30_000;
    while (hooks.events.filter((event) => event.data?.id === id || event.jobId === id).length < 2) {
      if (Date.now() > deadline) throw new Error(`Webhooks of ${id} are missing: ${JSON.stringify(hooks.events)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  hooks.server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      hooks.events.push(verifyWebhook({ payload: Buffer.concat(chunks), headers: request.headers, secret: hooks.secrets }));
    } catch {
      hooks.refused++;
    }
    response.end();
  });
  await new Promise((resolve) => hooks.server.listen(0, '127.0.0.1', resolve));
  hooks.url = `http://127.0.0.1:${hooks.server.address().port}`;
  return hooks;
}
