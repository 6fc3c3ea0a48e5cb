'use strict';

const test = require('node:test');
const assert = require('node:assert/strict');
const { mkdtempSync, readFileSync, readdirSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { VideoGenClient, ApiError, ConnectionError, TimeoutError } = require('../index.js');
const { serve, closedPort, quick, job, problem } = require('./support/server.js');

const clientOf = (server, more = {}) => new VideoGenClient({ apiKey: 'vg_test_key', baseUrl: `${server.url}/`, retry: quick, ...more });

async function collect(entries) {
  const all = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

test('a submit sends the job as it stands, with the key and a fresh idempotency key', async (t) => {
  const server = await serve(t, () => [202, job('j1', 'queued')]);
  const client = clientOf(server);
  const ask = { model: 'veo3.1', input: { prompt: 'a café ✓' }, webhook_url: 'https://x.example/h', metadata: { order: '7' } };

  const made = await client.jobs.submit(ask);
  await client.jobs.submit(ask);

  const [first, second] = server.requests;
  assert.equal(made.id, 'j1');
  assert.deepEqual([first.method, first.path, first.json], ['POST', '/v1/jobs', ask]);
  assert.equal(first.headers.authorization, 'Bearer vg_test_key');
  assert.match(first.headers['idempotency-key'], /^[0-9a-f-]{36}$/);
  assert.notEqual(first.headers['idempotency-key'], second.headers['idempotency-key']);
  assert.match(first.headers['user-agent'], /^videogen-js\/\d/);
});

test('a key of the caller is sent as it is', async (t) => {
  const server = await serve(t, () => [202, job('j1', 'queued')]);
  await clientOf(server).jobs.submit({ model: 'm', input: {} }, { idempotencyKey: 'order-7' });
  assert.equal(server.requests[0].headers['idempotency-key'], 'order-7');
});

test('a refusal is an ApiError with everything that the API told', async (t) => {
  const server = await serve(t, () => [400, problem(400, 'invalid_request', { errors: { 'input.prompt': ['is required'] } })]);

  const error = await clientOf(server).jobs.submit({ model: 'm', input: {} }).catch((thrown) => thrown);

  assert.ok(error instanceof ApiError && error instanceof Error);
  assert.deepEqual([error.name, error.status, error.code, error.message, error.retryable, error.retryAfter, error.traceId],
    ['ApiError', 400, 'invalid_request', 'It is invalid_request.', false, null, 'abc']);
  assert.deepEqual(error.fields, { 'input.prompt': ['is required'] });
  assert.equal(server.requests.length, 1);
});

test('an answer of something in between is an ApiError too', async (t) => {
  const server = await serve(t, () => [404, '<html>Not here</html>']);
  const error = await clientOf(server).jobs.get('x').catch((thrown) => thrown);
  assert.deepEqual([error.name, error.status, error.code, error.message, error.body], ['ApiError', 404, null, 'The server answered 404 Not Found', '<html>Not here</html>']);
});

test('a server that cannot be reached is a ConnectionError', async () => {
  const error = await clientOf({ url: `http://127.0.0.1:${await closedPort()}` }).account.get().catch((thrown) => thrown);
  assert.ok(error instanceof ConnectionError);
  assert.match(error.message, /^GET \/v1\/account: .*ECONNREFUSED/);
});

test('an answer that is no JSON is a ConnectionError', async (t) => {
  const server = await serve(t, () => [200, '<html>Sign in to this network</html>']);
  await assert.rejects(clientOf(server).upload(Buffer.from('x')), { name: 'ConnectionError', message: 'POST /v1/uploads: it answered 200 with something else than JSON' });
});

test('a redirect is refused, so that the key stays with its server', async (t) => {
  const server = await serve(t, () => [302, '', { location: 'https://elsewhere.example/' }]);
  await assert.rejects(clientOf(server).account.get(), { status: 302, message: 'The server answered 302 Found (to https://elsewhere.example/)' });
});

test('no answer in time is a TimeoutError', async (t) => {
  const server = await serve(t, () => {});
  let attempts = 0;
  const counting = (...call) => {
    attempts++;
    return fetch(...call);
  };
  const error = await clientOf(server, { timeout: 30, retry: { ...quick, maxRetries: 1 }, fetch: counting }).account.get().catch((thrown) => thrown);
  assert.ok(error instanceof TimeoutError, error);
  assert.equal(attempts, 2);
});

test('an abort ends a call with the reason of its signal', async (t) => {
  const abort = new AbortController();
  const server = await serve(t, () => {
    abort.abort(new Error('enough'));
  });
  await assert.rejects(clientOf(server).account.get({ signal: abort.signal }), { message: 'enough' });
  await assert.rejects(clientOf(server).account.get({ signal: abort.signal }), { message: 'enough' });
  assert.equal(server.requests.length, 1);
});

test('a list is read page after page, only as far as it is needed', async (t) => {
  const server = await serve(t, ({ query }) => [200, query.cursor === 'c2'
    ? { data: [job('j3', 'failed')], next_cursor: null, has_more: false }
    : { data: [job('j1', 'failed'), job('j2', 'failed')], next_cursor: 'c2', has_more: true }]);
  const client = clientOf(server);

  const all = await collect(client.jobs.list({ status: ['failed', 'cancelled'], created_after: new Date(0) }));
  for await (const one of client.jobs.list()) if (one.id === 'j1') break;

  assert.deepEqual(all.map(({ id }) => id), ['j1', 'j2', 'j3']);
  assert.deepEqual(server.requests[0].query, { status: 'failed,cancelled', created_after: '1970-01-01T00:00:00.000Z' });
  assert.equal(server.requests[1].query.cursor, 'c2');
  assert.equal(server.requests.length, 3);
});

test('the feed is read to its present end', async (t) => {
  const server = await serve(t, ({ query }) => [200, { data: [{ id: `evt_${query.after}` }], next_cursor: `${query.after}1`, has_more: query.after === '0' }]);
  const events = await collect(clientOf(server).events.list({ after: '0', type: 'job.completed' }));
  assert.deepEqual(events.map(({ id }) => id), ['evt_0', 'evt_01']);
  assert.deepEqual(server.requests[1].query, { after: '01', type: 'job.completed' });
});

test('every other call goes to its route', async (t) => {
  const server = await serve(t, ({ method }) => (method === 'DELETE' ? [204] : [200, { data: [], next_cursor: null }]));
  const client = clientOf(server);

  await client.quote({ model: 'm', input: { a: 1 } });
  await client.jobs.cancel('a/b');
  await client.jobs.delete('j1');
  await client.models.get('veo3.1');
  await collect(client.models.list({ kind: 'video', active: true }));
  await client.account.get();
  await collect(client.account.ledger({ kind: 'hold' }));
  await client.assets.get('a1');
  await collect(client.assets.list({ kind: 'video' }));
  await client.assets.delete('a1');
  await client.webhooks.endpoints.create({ url: 'https://x.example/', format: 'vsl' });
  await client.webhooks.endpoints.change('e1', { enabled: false });
  await client.webhooks.endpoints.test('e1');
  await client.webhooks.endpoints.get('e1');
  await collect(client.webhooks.endpoints.list());
  await client.webhooks.endpoints.delete('e1');
  await collect(client.webhooks.deliveries.list({ status: 'failed' }));
  await client.webhooks.deliveries.get('d1');
  await client.webhooks.deliveries.replay('d1');

  assert.deepEqual(server.requests.map(({ method, path, query }) => `${method} ${path} ${new URLSearchParams(query)}`.trim()), [
    'POST /v1/quotes', 'POST /v1/jobs/a%2Fb/cancel', 'DELETE /v1/jobs/j1', 'GET /v1/models/veo3.1', 'GET /v1/models kind=video&active=true', 'GET /v1/account',
    'GET /v1/account/ledger kind=hold', 'GET /v1/assets/a1', 'GET /v1/assets kind=video', 'DELETE /v1/assets/a1', 'POST /v1/webhooks/endpoints',
    'PATCH /v1/webhooks/endpoints/e1', 'POST /v1/webhooks/endpoints/e1/test', 'GET /v1/webhooks/endpoints/e1', 'GET /v1/webhooks/endpoints',
    'DELETE /v1/webhooks/endpoints/e1', 'GET /v1/webhooks/deliveries status=failed', 'GET /v1/webhooks/deliveries/d1', 'POST /v1/webhooks/deliveries/d1/replay',
  ]);
});

test('an upload streams a file of the disk under its name, and once more after a 429', async (t) => {
  const path = join(mkdtempSync(join(tmpdir(), 'vg-')), 'a café.png');
  const bytes = Buffer.alloc(300_000, 'x');
  writeFileSync(path, bytes);
  const server = await serve(t, ({ number }) => (number === 1 ? [429, problem(429, 'rate_limited')] : [201, { id: 'a1' }]));

  const asset = await clientOf(server).upload(path, { contentType: 'image/png' });

  assert.equal(asset.id, 'a1');
  for (const request of server.requests) assert.ok(request.body.equals(bytes));
  assert.deepEqual([server.requests[1].headers['content-type'], server.requests[1].headers['content-disposition']],
    ['image/png', "attachment; filename*=UTF-8''a%20caf%C3%A9.png"]);
});

test('an upload takes bytes and blobs', async (t) => {
  const server = await serve(t, () => [201, { id: 'a1' }]);
  const client = clientOf(server);
  await client.upload(Buffer.from('abc'), { filename: 'x.jpg' });
  await client.upload(new Blob(['def'], { type: 'video/mp4' }));
  assert.deepEqual(server.requests.map(({ body, headers }) => [String(body), headers['content-type']]), [['abc', 'application/octet-stream'], ['def', 'video/mp4']]);
});

test('a download writes the file whole, and sends no key to the link', async (t) => {
  const server = await serve(t, () => [200, Buffer.alloc(100_000, 'v')]);
  const folder = mkdtempSync(join(tmpdir(), 'vg-'));
  await clientOf(server).assets.download({ url: `${server.url}/v1/assets/a1/content?expires=1&signature=a%2Bb` }, join(folder, 'video.mp4'));

  assert.equal(readFileSync(join(folder, 'video.mp4')).length, 100_000);
  assert.deepEqual(readdirSync(folder), ['video.mp4']);
  assert.deepEqual([server.requests[0].path, server.requests[0].query.signature, server.requests[0].headers.authorization], ['/v1/assets/a1/content', 'a+b', undefined]);
});

test('a download that breaks leaves no file', async (t) => {
  const server = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('part', () => response.destroy());
  });
  const folder = mkdtempSync(join(tmpdir(), 'vg-'));
  await assert.rejects(clientOf(server).assets.download({ url: `${server.url}/x` }, join(folder, 'video.mp4')));
  assert.deepEqual(readdirSync(folder), []);
});

test('what is missing or wrong is told before anything is sent', () => {
  assert.throws(() => new VideoGenClient(), /apiKey is required/);
  assert.throws(() => new VideoGenClient({ apiKey: 'x', baseUrl: 'localhost' }), /baseUrl must be a URL/);
  const client = new VideoGenClient({ apiKey: 'x' });
  assert.throws(() => client.jobs.get(''), /id of a job/);
  return assert.rejects(client.jobs.wait('j', { via: 'pigeon' }), /'poll' or 'stream'/);
});
