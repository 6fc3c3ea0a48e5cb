// Does a job: started, its result, ended, and a signed webhook. A text is always the same; a picture is stored and hashed, no two alike.
import { createHash, createHmac } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { Worker } from 'bullmq';
import { database, queueName, redis, settings } from './settings.js';

const pool = database(10);
const secret = Buffer.from(settings.webhookSecret.replace(/^whsec_/, ''), 'base64');
const picture = readFileSync(settings.picture);
const files = path.join(settings.folder, 'files');
mkdirSync(files, { recursive: true });

async function makePicture(id) {
  const bytes = Buffer.concat([picture, Buffer.from(id)]);
  await writeFile(path.join(files, `${id}.png`), bytes);
  // Width and height stand in the header.
  return {
    size_bytes: bytes.length,
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

async function tell(job) {
  const body = JSON.stringify({ type: 'job.completed', timestamp: new Date().toISOString(), data: job });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${job.id}.${timestamp}.${body}`).digest('base64');
  const answer = await fetch(settings.webhookUrl, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json', 'webhook-id': job.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}`,
    },
    body,
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`The receiver answered ${answer.status}.`);
}

const worker = new Worker(queueName, async ({ data }) => {
  await pool.query({ name: 'start', text: "UPDATE jobs SET status = 'running', started_at = now() WHERE id = $1", values: [data.id] });
  const output = data.kind === 'image' ? { assets: [await makePicture(data.id)] } : { text: 'Hello from the baseline.' };
  const { rows } = await pool.query({
    name: 'end',
    text: "UPDATE jobs SET status = 'completed', output = $2, ended_at = now() WHERE id = $1 RETURNING *",
    values: [data.id, output],
  });
  await tell(rows[0]);
}, { connection: redis(), concurrency: 16 });

worker.on('failed', (job, problem) => console.error(`job ${job?.id}: ${problem.message}`));
await worker.waitUntilReady();
process.send({});
