'use strict';

const test = require('node:test');
const assert = require('node:assert/strict');
const { VideoGenClient, ApiError, ConnectionError } = require('../index.js');
const { RetryPolicy, parseRetryAfter, sleep } = require('../lib/retry.js');
const { serve, closedPort, quick, job, problem } = require('./support/server.js');

const clientOf = (server, retry = quick) => new VideoGenClient({ apiKey: 'k', baseUrl: server.url, retry });

test('a read is repeated after what passes', async (t) => {
  const passing = [429, 500, 502, 503, 504, 408];
  const server = await serve(t, ({ number }) => (number <= passing.length
    ? [passing[number - 1], problem(passing[number - 1], 'x', { retryable: true })]
    : [200, job('j1', 'queued')]));
  assert.equal((await clientOf(server, { ...quick, maxRetries: passing.length }).jobs.get('j1')).id, 'j1');
  assert.equal(server.requests.length, passing.length + 1);
});

test('a submit is repeated after 500, a broken connection and a key in flight, each time with the same key and body', async (t) => {
  const server = await serve(t, ({ number }, response) => {
    if (number === 1) return [500, problem(500, 'internal_error', { retryable: true })];
    if (number === 2) return void response.destroy();
    if (number === 3) return [409, problem(409, 'idempotency_key_in_flight', { retryable: true })];
    return [202, job('j1', 'queued')];
  });

  assert.equal((await clientOf(server).jobs.submit({ model: 'm', input: { n: 1 } })).id, 'j1');

  assert.equal(server.requests.length, 4);
  assert.equal(new Set(server.requests.map(({ headers }) => headers['idempotency-key'])).size, 1);
  assert.equal(new Set(server.requests.map(({ body }) => String(body))).size, 1);
});

test('what may have had its effect is not repeated without a key', async (t) => {
  const server = await serve(t, () => [500, problem(500, 'internal_error', { retryable: true })]);
  await assert.rejects(clientOf(server).upload(Buffer.from('x')), ApiError);
  await assert.rejects(clientOf(server).webhooks.endpoints.create({ url: 'https://x.example/' }), ApiError);
  assert.equal(server.requests.length, 2);
});

test('what broke on the way is not repeated without a key either', async (t) => {
  const server = await serve(t, (_, response) => void response.destroy());
  await assert.rejects(clientOf(server).upload(Buffer.from('x')), ConnectionError);
  assert.equal(server.requests.length, 1);
});

test('a refusal is final, and so is a 5xx that says that it is', async (t) => {
  const refusals = {
    400: 'invalid_request', 401: 'unauthorized', 402: 'insufficient_credits', 404: 'not_found', 409: 'conflict', 422: 'idempotency_key_reused', 501: 'x',
  };
  for (const [status, code] of Object.entries(refusals)) {
    const server = await serve(t, () => [Number(status), problem(Number(status), code)]);
    await assert.rejects(clientOf(server).jobs.submit({ model: 'm', input: {} }), { status: Number(status), code });
    assert.equal(server.requests.length, 1);
  }
});

test('what was never sent is repeated in any case', async () => {
  const port = await closedPort();
  let attempts = 0;
  const counting = (...call) => {
    attempts++;
    return fetch(...call);
  };
  const client = new VideoGenClient({ apiKey: 'k', baseUrl: `http://127.0.0.1:${port}`, retry: { ...quick, maxRetries: 2 }, fetch: counting });
  await assert.rejects(client.upload(Buffer.from('x')), ConnectionError);
  assert.equal(attempts, 3);
});

test('the error of the last attempt is thrown', async (t) => {
  const server = await serve(t, ({ number }) => [503, problem(503, 'service_unavailable', { detail: `attempt ${number}`, retryable: true })]);
  await assert.rejects(clientOf(server, { ...quick, maxRetries: 2 }).jobs.get('j'), { message: 'attempt 3' });
});

test('Retry-After is waited for', async (t) => {
  const times = [];
  const server = await serve(t, ({ number }) => {
    times.push(Date.now());
    return number === 1 ? [429, problem(429, 'rate_limited'), { 'retry-after': '1' }] : [200, job('j1', 'queued')];
  });
  await clientOf(server).jobs.get('j1');
  assert.ok(times[1] - times[0] >= 995, `waited ${times[1] - times[0]} ms`);
});

test('a Retry-After that is too long is the business of the caller', async (t) => {
  const server = await serve(t, () => [429, problem(429, 'rate_limited'), { 'retry-after': '3600' }]);
  await assert.rejects(clientOf(server).jobs.get('j'), { status: 429, retryAfter: 3600 });
  assert.equal(server.requests.length, 1);
});

test('an abort ends the wait between attempts', async (t) => {
  const abort = new AbortController();
  const server = await serve(t, () => {
    setTimeout(() => abort.abort(new Error('enough')), 20);
    return [503, problem(503, 'x', { retryable: true }), { 'retry-after': '50' }];
  });
  await assert.rejects(clientOf(server).jobs.get('j', { signal: abort.signal }), { message: 'enough' });
  await assert.rejects(sleep(10_000, abort.signal), { message: 'enough' });
});

test('waits grow, keep within their limit, and differ', () => {
  const policy = new RetryPolicy({ baseDelay: 100, maxDelay: 1000 });
  for (const [attempt, most] of [[0, 100], [1, 200], [2, 400], [3, 800], [4, 1000], [20, 1000]]) {
    const waits = Array.from({ length: 50 }, () => policy.delay({}, attempt));
    assert.ok(waits.every((wait) => wait >= most / 2 && wait <= most), `${attempt}: ${waits}`);
    assert.ok(new Set(waits).size > 1);
  }
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(parseRetryAfter('12', now), 12);
  assert.equal(parseRetryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), 60);
  assert.equal(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now), 0);
  for (const nothing of [null, undefined, '', 'soon']) assert.equal(parseRetryAfter(nothing, now), null);
});
