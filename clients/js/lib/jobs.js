'use strict';

const { JobCancelledError, JobFailedError, TimeoutError } = require('./errors.js');
const { pages } = require('./pages.js');
const { isTransient, sleep } = require('./retry.js');
const { follow } = require('./sse.js');

const ENDS = new Set(['completed', 'failed', 'cancelled']);
const WAIT_TIMEOUT = 30 * 60_000;
const LONGEST_POLL_SECONDS = 30;

/** Jobs of the native API. */
class Jobs {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  /** Makes a job. Without a key of your own a fresh one makes the retries of this call safe. */
  submit(job, { idempotencyKey, signal } = {}) {
    return this.#transport.submit('/v1/jobs', job, { idempotencyKey, signal });
  }

  get(id, { signal } = {}) {
    return this.#transport.json('GET', pathOf(id), { signal });
  }

  /** Newest first, page after page. */
  list(filters = {}, { signal } = {}) {
    return pages(this.#transport, '/v1/jobs', { ...filters, status: [filters.status].flat().join(',') || undefined }, signal);
  }

  /** The job, which may take a moment to stop; one that completed or failed before is an ApiError with code job_not_cancellable. */
  cancel(id, { signal } = {}) {
    return this.#transport.json('POST', `${pathOf(id)}/cancel`, { signal, repeatable: true });
  }

  /** Forgets an ended job and its files. */
  async delete(id, { signal } = {}) {
    await this.#transport.json('DELETE', pathOf(id), { signal });
  }

  /** The job's events as they happen, from the first, or behind `lastEventId`, to the last. */
  events(id, { lastEventId, signal } = {}) {
    return follow(this.#transport, `${pathOf(id)}/events`, { lastEventId, signal, isLast: (event) => ENDS.has(event.type.replace('job.', '')) });
  }

  /**
   * The completed job. A job that ends otherwise is a JobFailedError or JobCancelledError, with the job.
   * @param {object} options timeout (ms, default 30 minutes), onProgress (called with the job at first and after each change), via ('poll',
   *   the default: long polls; or 'stream': server-sent events), signal
   */
  async wait(id, { timeout = WAIT_TIMEOUT, onProgress = () => {}, via = 'poll', signal } = {}) {
    if (via !== 'poll' && via !== 'stream') throw new TypeError("via must be 'poll' or 'stream'");
    const ended = await (via === 'stream' ? this.#stream(id, timeout, onProgress, signal) : this.#poll(id, timeout, onProgress, signal));
    if (ended.status === 'completed') return ended;
    const { message = `The job is ${ended.status}`, code } = ended.error ?? {};
    throw new (ended.status === 'cancelled' ? JobCancelledError : JobFailedError)(message, { job: ended, code });
  }

  /** Makes a job and waits for it. */
  async run(job, { idempotencyKey, signal, ...waiting } = {}) {
    const { id } = await this.submit(job, { idempotencyKey, signal });
    return this.wait(id, { ...waiting, signal });
  }

  /** An outage shorter than the time-out delays the wait and does not end it. */
  async #poll(id, timeout, onProgress, signal) {
    const deadline = Date.now() + timeout;
    let tag;
    let hasLooked = false;
    let failures = 0;
    let lastError;
    for (;;) {
      const left = deadline - Date.now();
      if (left <= 0) throw tooLate(id, timeout, lastError);
      try {
        const answer = await this.#look(id, hasLooked, tag, left, signal);
        hasLooked = true;
        failures = 0;
        if (answer.status === 304) continue;
        tag = answer.headers.get('etag') ?? undefined;
        onProgress(answer.body);
        if (ENDS.has(answer.body.status)) return answer.body;
      } catch (error) {
        if (signal?.aborted || !isTransient(error)) throw error;
        lastError = error;
        await sleep(Math.min(this.#transport.retry.delay(error, failures++), Math.max(0, deadline - Date.now())), signal);
      }
    }
  }

  /** First the present state at once; later the next state, or 304 after a while. Where something takes the tag away, only the end. */
  #look(id, waits, tag, left, signal) {
    const seconds = waits ? Math.min(LONGEST_POLL_SECONDS, Math.ceil(left / 1000)) : 0;
    return this.#transport.request('GET', pathOf(id), {
      query: waits ? { wait: `${seconds}s` } : {}, headers: tag ? { 'If-None-Match': tag } : {},
      signal, retries: false, timeout: this.#transport.timeout + seconds * 1000,
    });
  }

  async #stream(id, timeout, onProgress, signal) {
    const limit = new AbortController();
    const abort = () => limit.abort(signal.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(() => limit.abort(tooLate(id, timeout)), timeout);
    try {
      for await (const event of this.events(id, { signal: limit.signal })) {
        onProgress(event.data);
        if (ENDS.has(event.data.status)) break;
      }
      // The links in an event are as old as the event; and the feed may no longer hold the last one.
      return await this.#poll(id, timeout, () => {}, limit.signal);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

function tooLate(id, timeout, cause) {
  return new TimeoutError(`Job ${id} has not ended within ${timeout} ms`, cause && { cause });
}

function pathOf(id) {
  if (typeof id !== 'string' || id === '') throw new TypeError('The id of a job is a text');
  return `/v1/jobs/${encodeURIComponent(id)}`;
}

module.exports = { Jobs };
