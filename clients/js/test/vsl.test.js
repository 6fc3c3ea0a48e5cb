'use strict';

const test = require('node:test');
const assert = require('node:assert/strict');
const { spawnSync, spawn } = require('node:child_process');
const { mkdtempSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const VSLClient = require('../vsl-client');
const { serve, quick } = require('./support/server.js');

const accepted = { jobId: 'j1', status: 'pending', estimatedTime: 60, estimatedCost: 0.05, replicateId: 'abc', message: 'Media generation started' };
const clientOf = (server, more = {}) => new VSLClient({ apiKey: 'key', baseUrl: `${server.url}/vsl`, retry: quick, ...more });

test('each kind has its model, and every member is a parameter', async (t) => {
  const server = await serve(t, () => [202, accepted]);
  const client = clientOf(server);

  await client.generateImage({ prompt: 'A beautiful sunset', modelId: 'sdxl', width: 512 });
  await client.generateVideo({ imageUrl: 'https://example.com/i.jpg', fps: 24, userId: 'user123' });
  await client.generateAudio({ prompt: 'drums', duration: 4, parameters: { duration: 8, userId: 'kept' } });
  await client.generateImage({ prompt: 'x' });

  assert.deepEqual(server.requests.map(({ json }) => json), [
    { userId: 'default', mediaType: 'image', modelId: 'sdxl', parameters: { prompt: 'A beautiful sunset', width: 512 } },
    { userId: 'user123', mediaType: 'video', modelId: 'stability-video', parameters: { image: 'https://example.com/i.jpg', fps: 24 } },
    { userId: 'default', mediaType: 'audio', modelId: 'musicgen', parameters: { prompt: 'drums', duration: 8, userId: 'kept' } },
    { userId: 'default', mediaType: 'image', modelId: 'flux-schnell', parameters: { prompt: 'x' } },
  ]);
  const { method, path, headers } = server.requests[0];
  assert.deepEqual([method, path, headers['x-api-key']], ['POST', '/vsl/generate-media', 'key']);
  assert.equal(new Set(server.requests.map((request) => request.headers['idempotency-key'])).size, 4);
});

test('a body of your own is sent as it stands', async (t) => {
  const server = await serve(t, () => [202, accepted]);
  const body = { mediaType: 'image', modelId: 'm', parameters: {}, prompt: 'x', userId: 'u' };
  await clientOf(server, { userId: 'everyone' }).generateMedia(body, { idempotencyKey: 'one' });
  await clientOf(server, { userId: 'everyone' }).generateMedia({ mediaType: 'image', modelId: 'm', parameters: {} });
  assert.deepEqual([server.requests[0].json, server.requests[0].headers['idempotency-key'], server.requests[1].json.userId], [body, 'one', 'everyone']);
});

test('a refusal of VSL is an ApiError with its code, its details and its time', async (t) => {
  const server = await serve(t, ({ number }) => (number === 1
    ? [400, { error: 'Invalid parameters', details: 'prompt is required', code: 'INVALID_PARAMETERS' }]
    : [429, { error: 'Rate limit exceeded', retryAfter: 3600 }]));
  const client = clientOf(server);
  await assert.rejects(client.generateImage({}), { name: 'ApiError', status: 400, code: 'INVALID_PARAMETERS', message: 'Invalid parameters: prompt is required' });
  await assert.rejects(client.generateImage({}), { status: 429, retryAfter: 3600, message: 'Rate limit exceeded' });
  assert.equal(server.requests.length, 2);
});

test('a submit of VSL is repeated with its key', async (t) => {
  const server = await serve(t, ({ number }, response) => (number === 1 ? void response.destroy() : number === 2 ? [503, { error: 'Service unavailable' }] : [202, accepted]));
  assert.equal((await clientOf(server).generateImage({ prompt: 'x' })).jobId, 'j1');
  assert.equal(new Set(server.requests.map(({ headers }) => headers['idempotency-key'])).size, 1);
  assert.equal(server.requests.length, 3);
});

test('a wait of VSL reports changes and gives the result', async (t) => {
  const states = [{ status: 'pending' }, { status: 'processing' }, { status: 'processing' }, null, { status: 'completed', result: { originalUrl: 'https://x/o.mp4' } }];
  const server = await serve(t, ({ number }) => (states[number - 1] ? [200, { jobId: 'j1', ...states[number - 1] }] : [502, { error: 'Bad gateway' }]));
  const seen = [];
  const result = await clientOf(server).waitForCompletion('j1', { interval: 1, onProgress: ({ status }) => seen.push(status) });
  assert.deepEqual([result.originalUrl, seen], ['https://x/o.mp4', ['pending', 'processing', 'completed']]);
  assert.equal(server.requests[0].path, '/vsl/status/j1');
});

test('a wait of VSL throws what came instead', async (t) => {
  const server = await serve(t, ({ path }) => {
    const jobId = path.split('/').pop();
    if (jobId === 'unknown') return [404, { error: 'Job not found', code: 'JOB_NOT_FOUND' }];
    return [200, { jobId, status: jobId, error: jobId === 'failed' ? 'The model refused' : undefined }];
  });
  const client = clientOf(server);
  await assert.rejects(client.waitForCompletion('failed'), { name: 'JobFailedError', message: 'The model refused', job: { jobId: 'failed', status: 'failed', error: 'The model refused' } });
  await assert.rejects(client.waitForCompletion('cancelled'), { name: 'JobCancelledError' });
  await assert.rejects(client.waitForCompletion('processing', 20), { name: 'TimeoutError', message: 'Timeout waiting for job completion' });
  await assert.rejects(client.waitForCompletion('unknown'), { status: 404, code: 'JOB_NOT_FOUND' });
  await assert.rejects(client.waitForCompletion('processing', { interval: 10_000, signal: AbortSignal.timeout(30) }), { name: 'TimeoutError' });
  assert.throws(() => new VSLClient({ apiKey: 'x' }), /baseUrl/);
  assert.throws(() => new VSLClient({ baseUrl: 'http://x' }), /apiKey/);
});

test('the sample of the document runs as it stands', async (t) => {
  const server = await serve(t, ({ method }) => (method === 'POST' ? [202, accepted] : [200, { jobId: 'j1', status: 'completed', result: { originalUrl: 'https://x/o.png' } }]));
  const folder = mkdtempSync(join(tmpdir(), 'vg-'));
  writeFileSync(join(folder, 'vsl-client.js'), `module.exports = require(${JSON.stringify(join(__dirname, '..', 'vsl-client'))});`);
  writeFileSync(join(folder, 'sample.js'), `
const VSLClient = require('./vsl-client');

const client = new VSLClient({
  apiKey: process.env.VSL_API_KEY,
  baseUrl: '${server.url}/vsl'
});
(async () => { // as a console with top-level await does

// Generate image
const job = await client.generateImage({
  prompt: 'A beautiful sunset',
  modelId: 'flux-schnell'
});

// Wait for completion
const result = await client.waitForCompletion(job.jobId);
console.log('Image URL:', result.originalUrl);
})();`);
  const child = spawn(process.execPath, ['sample.js'], { cwd: folder, env: { ...process.env, VSL_API_KEY: 'key' } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  await new Promise((resolve) => child.on('close', resolve));
  assert.equal(output, 'Image URL: https://x/o.png\n');
});

test('require and import give the same classes', () => {
  const script = `
    import * as all from 'videogen-client';
    import VSL, { VSLClient, ApiError } from 'videogen-client/vsl-client';
    import { createRequire } from 'node:module';
    const required = createRequire(import.meta.url)('videogen-client');
    const sample = createRequire(import.meta.url)('videogen-client/vsl-client');
    const same = Object.keys(required).filter((name) => all[name] !== required[name]);
    console.log(same.length, VSL === sample, VSLClient === sample.VSLClient, ApiError === required.ApiError, Object.keys(all).length === Object.keys(required).length);`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: join(__dirname, '..'), encoding: 'utf8' });
  assert.equal(run.stdout, '0 true true true true\n', run.stderr);
});
