// Runs a job with a client that is nothing but types made from the API's description. What does not fit them does not compile.
import { setTimeout } from 'node:timers/promises';
import createClient from 'openapi-fetch';
import type { components, paths, webhooks } from './v1.js';

const client = createClient<paths>({
  baseUrl: process.env.VIDEOGEN_URL!,
  headers: { Authorization: `Bearer ${process.env.VIDEOGEN_TEST_KEY!}` },
});

const customer = `openapi-${process.pid}`;
const key = `openapi-typescript-${process.pid}`;
const body: components['schemas']['SubmitJob'] = {
  model: 'wan2.1',
  input: { prompt: 'A lighthouse in a storm' },
  metadata: { customer },
  simulate: { instant: true },
};

// With the key it is safe to ask once more, as a refusal may say.
async function submit() {
  for (;;) {
    const { data, error, response } = await client.POST('/v1/jobs', { body, params: { header: { 'Idempotency-Key': key } } });
    if (data) return data;
    if (!error.retryable) throw new Error(error.code);
    await setTimeout(Number(response.headers.get('Retry-After') ?? 1) * 1000);
  }
}

let job = await submit();
const again = await submit();
while (job.status !== 'completed') {
  if (job.status === 'failed' || job.status === 'cancelled') throw new Error(job.error?.message);
  const read = await client.GET('/v1/jobs/{id}', { params: { path: { id: job.id }, query: { wait: '30s' } } });
  if (!read.data) throw new Error('no job');
  job = read.data;
}

const listed = await client.GET('/v1/jobs', {
  params: { query: { status: ['completed', 'failed'], kind: ['video'], mode: 'test', metadata: { customer }, limit: 10 } },
});
const asset = job.output?.assets[0];
if (!asset) throw new Error('no file');
const file = await client.GET('/v1/assets/{id}/content', {
  params: { path: { id: asset.id }, header: { Range: 'bytes=0-99' } },
  parseAs: 'arrayBuffer',
});

// A refusal is typed, too.
const refused = await client.GET('/v1/jobs/{id}', { params: { path: { id: '00000000-0000-4000-8000-000000000000' } } });
const code: components['schemas']['Problem']['code'] | undefined = refused.error?.code;

// What a receiver gets has the same job in it.
type Told = webhooks['job.completed']['post']['requestBody']['content']['application/json'];
const told: Told = { type: 'job.completed', timestamp: job.ended_at!, data: job };

console.log(JSON.stringify({
  status: told.data.status,
  kind: job.kind,
  same: again.id === job.id,
  listed: listed.data?.data.map((one) => one.id === job.id),
  bytes: (file.data as unknown as ArrayBuffer).byteLength,
  refused: code,
}));
