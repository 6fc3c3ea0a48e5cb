// Waits for two jobs at once, by long polls and by stream; prints a line when both run, and how they ended.
import { VideoGenClient } from '../../../clients/js/index.mjs';

const client = new VideoGenClient({ apiKey: process.env.VIDEOGEN_TEST_KEY, baseUrl: process.env.VIDEOGEN_URL });
const running = new Set();
const run = (via) => client.jobs.run({ model: 'veo3.1', input: { prompt: 'x', duration_seconds: 4 }, simulate: { delay_seconds: 12 } }, {
  via,
  timeout: 120_000,
  onProgress: ({ id, status }) => {
    if (status === 'running' && running.size < 2 && running.add(id).size === 2) console.log('running');
  },
});
const ended = await Promise.all([run('poll'), run('stream')]);
console.log(ended.map(({ status }) => status).join(' '));
