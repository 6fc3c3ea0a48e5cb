// node examples/generate.mjs "A lighthouse on a cliff at dawn" lighthouse.mp4
import { VideoGenClient, ApiError, JobFailedError } from '../index.mjs';

const [prompt = 'A lighthouse on a cliff at dawn', path = 'video.mp4'] = process.argv.slice(2);
const client = new VideoGenClient({ apiKey: process.env.VIDEOGEN_API_KEY, baseUrl: process.env.VIDEOGEN_URL ?? 'http://127.0.0.1:8080' });
const job = { model: 'veo3.1', input: { prompt, duration_seconds: 4 } };

try {
  const quote = await client.quote(job);
  console.log(`${quote.credits} credits at most`);
  const { id } = await client.jobs.submit(job);
  const done = await client.jobs.wait(id, {
    timeout: 10 * 60_000,
    onProgress: ({ status, progress }) => console.log(`${status} ${progress.percent} %`),
  });
  console.log(await client.assets.download(done.output.assets[0], path));
} catch (error) {
  if (error instanceof ApiError) console.error(`${error.status} ${error.code}: ${error.message}`, error.fields);
  else if (error instanceof JobFailedError) console.error(`The job ended: ${error.code}: ${error.message}`);
  else throw error;
  process.exitCode = 1;
}
