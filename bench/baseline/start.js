// Starts Redis, makes the tables, starts the API and the worker, says their process ids in one line of JSON, and ends when its standard
// input does.
import { fork, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { Redis } from 'ioredis';
import { database, settings } from './settings.js';

const children = [];

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function stop(code) {
  for (const child of children) child.kill('SIGTERM');
  process.exit(code);
}

function keep(name, child) {
  child.on('exit', (code, signal) => {
    console.error(`${name} ended: ${code ?? signal}`);
    stop(1);
  });
  children.push(child);
  return child;
}

async function startRedis() {
  const port = await freePort();
  const folder = path.join(settings.folder, 'redis');
  mkdirSync(folder, { recursive: true });
  // As Debian ships it, but with the log of writes that BullMQ's manual asks for.
  const redis = keep('redis', spawn(
    'redis-server', ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'everysec'],
    { stdio: ['ignore', 'ignore', 'inherit'] }));
  process.env.BASELINE_REDIS_PORT = String(port);
  const client = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  client.on('error', () => {}); // Not yet; it tries again.
  await client.ping();
  client.disconnect();
  return redis;
}

async function makeTables() {
  const pool = database(1);
  await pool.query('CREATE TABLE api_keys (key text PRIMARY KEY, account_id bigint NOT NULL)');
  await pool.query(`CREATE TABLE jobs (
    id uuid PRIMARY KEY, account_id bigint NOT NULL, kind text NOT NULL, input jsonb NOT NULL, status text NOT NULL DEFAULT 'queued',
    output jsonb, created_at timestamptz NOT NULL DEFAULT now(), started_at timestamptz, ended_at timestamptz)`);
  await pool.query('CREATE INDEX jobs_by_account ON jobs (account_id, created_at DESC)');
  await pool.query("INSERT INTO api_keys SELECT 'baseline-key-' || n, n FROM generate_series(0, $1::int - 1) n", [settings.accounts]);
  await pool.end();
}

function startPart(name) {
  const child = keep(name, fork(new URL(`./${name}.js`, import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  return new Promise((resolve) => child.once('message', (said) => resolve({ ...said, pid: child.pid })));
}

process.stdin.on('end', () => stop(0));
process.stdin.resume();
process.on('SIGTERM', () => stop(0));
const redis = await startRedis();
await makeTables();
const [api, worker] = await Promise.all([startPart('api'), startPart('worker')]);
console.log(JSON.stringify({ url: api.url, processes: { api: api.pid, worker: worker.pid, redis: redis.pid } }));
