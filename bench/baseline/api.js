// POST /jobs writes the job in one transaction, puts it into the queue and answers 202; GET /jobs/:id reads it.
import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { Queue } from 'bullmq';
import Fastify from 'fastify';
import { database, queueName, redis } from './settings.js';

const pool = database(10);
const queue = new Queue(queueName, { connection: redis(), defaultJobOptions: { removeOnComplete: 1000, removeOnFail: 1000 } });
const app = Fastify();

// A key is looked up once a minute.
const known = new Map();
app.addHook('onRequest', async (request, reply) => {
  const key = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  let account = known.get(key);
  if (account === undefined || account.until < Date.now()) {
    const { rows } = await pool.query({ name: 'key', text: 'SELECT account_id FROM api_keys WHERE key = $1', values: [key] });
    if (rows.length === 0) return reply.code(401).send({ error: 'unknown key' });
    account = { id: rows[0].account_id, until: Date.now() + 60_000 };
    known.set(key, account);
  }
  request.account = account.id;
});

const submit = {
  body: {
    type: 'object',
    required: ['kind', 'input'],
    properties: {
      kind: { enum: ['text', 'image'] },
      input: { type: 'object', required: ['prompt'], properties: { prompt: { type: 'string', minLength: 1 } } },
    },
  },
};

app.post('/jobs', { schema: submit }, async (request, reply) => {
  const id = randomUUID();
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query({
      name: 'insert',
      text: 'INSERT INTO jobs (id, account_id, kind, input) VALUES ($1, $2, $3, $4)',
      values: [id, request.account, request.body.kind, request.body.input],
    });
    await client.query('COMMIT');
  } catch (problem) {
    await client.query('ROLLBACK');
    throw problem;
  } finally {
    client.release();
  }
  await queue.add('job', { id, kind: request.body.kind });
  return reply.code(202).send({ id, status: 'queued' });
});

app.get('/jobs/:id', async (request, reply) => {
  const { rows } = await pool.query({
    name: 'read', text: 'SELECT * FROM jobs WHERE id = $1 AND account_id = $2', values: [request.params.id, request.account],
  });
  return rows.length === 0 ? reply.code(404).send({ error: 'not found' }) : rows[0];
});

process.send({ url: await app.listen({ host: '127.0.0.1', port: 0 }) });
