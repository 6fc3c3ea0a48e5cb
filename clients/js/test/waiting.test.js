'use strict';

const test = require('node:test');
const assert = require('node:assert/strict');
const { VideoGenClient, JobCancelledError, JobFailedError, TimeoutError } = require('../index.js');
const { serve, quick, job, problem } = require('./support/server.js');

const clientOf = (server) => new VideoGenClient({ apiKey: 'k', baseUrl: server.url, retry: quick });

const event = (id, type, data) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ type, timestamp: '2026-01-01T00:00:00Z', data })}\n\n`;

function stream(response, ...pieces) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of pieces) response.write(piece);
}

test('a wait looks at once, then polls long for each change, and reports it', async (t) => {
  const states = [job('j1', 'queued'), job('j1', 'running', 40), null, job('j1', 'completed', 100)];
  const server = await serve(t, ({ number }) => (states[number - 1] ? [200, states[number - 1], { etag: `"${number}"` }] : [304]));
  const seen = [];

  const done = await clientOf(server).jobs.wait('j1', { onProgress: ({ status, progress }) => seen.push(`${status} ${progress.percent}`) });

  assert.equal(done.status, 'completed');
  assert.deepEqual(seen, ['queued 0', 'running 40', 'completed 100']);
  assert.deepEqual(server.requests.map(({ query, headers }) => [query.wait, headers['if-none-match']]),
    [[undefined, undefined], ['30s', '"1"'], ['30s', '"2"'], ['30s', '"2"']]);
});

test('a wait polls long even where something takes the tags away', async (t) => {
  const server = await serve(t, ({ number }) => [200, job('j1', number < 3 ? 'running' : 'completed')]);
  await clientOf(server).jobs.wait('j1');
  assert.deepEqual(server.requests.map(({ query }) => query.wait), [undefined, '30s', '30s']);
});

test('a failed job is thrown with its code and itself', async (t) => {
  const server = await serve(t, () => [200, job('j1', 'failed', 40, { error: { code: 'content_rejected', message: 'The provider refused the content' } })]);
  const error = await clientOf(server).jobs.wait('j1').catch((thrown) => thrown);
  assert.ok(error instanceof JobFailedError && !(error instanceof JobCancelledError));
  assert.deepEqual([error.message, error.code, error.job.id], ['The provider refused the content', 'content_rejected', 'j1']);
});

test('a cancelled job is thrown as such', async (t) => {
  const server = await serve(t, () => [200, job('j1', 'cancelled', 40, { error: { code: 'cancelled', message: 'The job was cancelled' } })]);
  await assert.rejects(clientOf(server).jobs.wait('j1'), JobCancelledError);
});

test('a wait that is over is a TimeoutError', async (t) => {
  const server = await serve(t, ({ query }) => new Promise((resolve) => setTimeout(resolve, query.wait ? 40 : 0, [200, job('j1', 'running'), { etag: '"1"' }])));
  await assert.rejects(clientOf(server).jobs.wait('j1', { timeout: 100 }), TimeoutError);
});

test('an outage delays a wait and does not end it', async (t) => {
  const server = await serve(t, ({ number }, response) => {
    if (number > 12) return [200, job('j1', 'completed')];
    return number % 2 ? [503, problem(503, 'service_unavailable', { retryable: true })] : void response.destroy();
  });
  assert.equal((await clientOf(server).jobs.wait('j1')).status, 'completed');
});

test('a job that is not there ends a wait', async (t) => {
  const server = await serve(t, () => [404, problem(404, 'not_found')]);
  await assert.rejects(clientOf(server).jobs.wait('j1'), { status: 404 });
});

test('an error of the progress callback comes to the caller', async (t) => {
  const server = await serve(t, () => [200, job('j1', 'running')]);
  await assert.rejects(clientOf(server).jobs.wait('j1', { onProgress: () => { throw new Error('mine'); } }), { message: 'mine' });
});

test('a wait is ended by its signal', async (t) => {
  const server = await serve(t, ({ query }) => (query.wait ? undefined : [200, job('j1', 'running'), { etag: '"1"' }]));
  await assert.rejects(clientOf(server).jobs.wait('j1', { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' });
});

test('run submits and waits', async (t) => {
  const server = await serve(t, ({ method }) => (method === 'POST' ? [202, job('j1', 'queued')] : [200, job('j1', 'completed')]));
  const done = await clientOf(server).jobs.run({ model: 'm', input: {} }, { idempotencyKey: 'one' });
  assert.deepEqual([done.status, server.requests[0].headers['idempotency-key']], ['completed', 'one']);
});

test('events of a job are read to the last, wherever the bytes are cut', async (t) => {
  const text = `retry: 10\n\n: heartbeat\n\n${event('1', 'job.queued', job('j1', 'queued'))}${event('2', 'job.completed', job('j1', 'completed', 100, { note: 'café ✓' }))}`;
  const server = await serve(t, async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const byte of Buffer.from(text.replace('\n\n: h', '\r\n\r\n: h'))) await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
  });
  const seen = [];
  for await (const one of clientOf(server).jobs.events('j1')) seen.push(one);
  assert.deepEqual(seen.map(({ id, type, data }) => [id, type, data.note]), [['1', 'job.queued', undefined], ['2', 'job.completed', 'café ✓']]);
});

test('a stream that breaks goes on behind the last event', async (t) => {
  let arrive;
  const arrived = new Promise((resolve) => (arrive = resolve));
  const server = await serve(t, ({ number }, response) => {
    if (number === 1) {
      stream(response, 'retry: 5\n\n', event('1', 'job.queued', job('j1', 'queued')));
      return void arrived.then(() => response.destroy());
    }
    if (number === 2) return [503, problem(503, 'service_unavailable', { retryable: true })];
    stream(response, event('2', 'job.failed', job('j1', 'failed')));
  });
  const seen = [];
  for await (const one of clientOf(server).jobs.events('j1')) {
    seen.push(one.type);
    arrive();
  }
  assert.deepEqual(seen, ['job.queued', 'job.failed']);
  assert.deepEqual(server.requests.map(({ headers }) => headers['last-event-id']), [undefined, '1', '1']);
});

test('a stream that ends in good order is opened again', async (t) => {
  const server = await serve(t, ({ number }, response) => {
    stream(response, 'retry: 5\n\n', event(String(number), number < 3 ? 'job.progressed' : 'job.completed', job('j1', 'running')));
    response.end();
  });
  const seen = [];
  for await (const one of clientOf(server).jobs.events('j1')) seen.push(one.id);
  assert.deepEqual(seen, ['1', '2', '3']);
});

test('a stream of nothing left to read ends', async (t) => {
  const server = await serve(t, () => [204]);
  for await (const one of clientOf(server).jobs.events('j1', { lastEventId: '9' })) assert.fail(one);
  assert.equal(server.requests[0].headers['last-event-id'], '9');
});

test('a stream of a job that is not there is refused', async (t) => {
  const server = await serve(t, () => [404, problem(404, 'not_found')]);
  await assert.rejects(clientOf(server).jobs.events('j1').next(), { status: 404 });
});

test('a wait by stream reports each event and ends with fresh links', async (t) => {
  const server = await serve(t, ({ path }, response) => {
    if (!path.endsWith('/events')) return [200, job('j1', 'completed', 100, { fresh: true })];
    stream(response, event('1', 'job.queued', job('j1', 'queued')), event('2', 'job.progressed', job('j1', 'running', 50)), event('3', 'job.completed', job('j1', 'completed', 100)));
  });
  const seen = [];
  const done = await clientOf(server).jobs.wait('j1', { via: 'stream', onProgress: ({ progress }) => seen.push(progress.percent) });
  assert.deepEqual([seen, done.fresh], [[0, 50, 100], true]);
});

test('a wait by stream keeps its time limit', async (t) => {
  const server = await serve(t, (_, response) => stream(response, event('1', 'job.queued', job('j1', 'queued'))));
  await assert.rejects(clientOf(server).jobs.wait('j1', { via: 'stream', timeout: 60 }), TimeoutError);
});

test('the stream of the account goes on until it is stopped', async (t) => {
  const server = await serve(t, (_, response) => stream(response, event('7', 'job.completed', job('j1', 'completed')), event('8', 'job.queued', job('j2', 'queued'))));
  const abort = new AbortController();
  const seen = [];
  await assert.rejects(async () => {
    for await (const one of clientOf(server).events.stream({ after: '6', signal: abort.signal })) {
      seen.push(one.data.id);
      if (one.id === '8') setTimeout(() => abort.abort(new Error('enough')), 5);
    }
  }, { message: 'enough' });
  assert.deepEqual([seen, server.requests[0].path, server.requests[0].headers['last-event-id']], [['j1', 'j2'], '/v1/events/stream', '6']);
});
