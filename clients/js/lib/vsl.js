'use strict';

const { JobCancelledError, JobFailedError, TimeoutError } = require('./errors.js');
const { Transport } = require('./http.js');
const { isTransient, sleep } = require('./retry.js');

const DEFAULT_USER = 'default';
const WAIT_TIMEOUT = 300_000;
const FIRST_INTERVAL = 1_000;
const LONGEST_INTERVAL = 5_000;
const INTERVAL_GROWTH = 1.5;

/** The VSL API: media of all kinds by `POST /generate-media`. */
class VSLClient {
  #transport;
  #userId;

  /**
   * @param {object} options apiKey, baseUrl, userId (the end user on whose limits jobs count when a call names none; default 'default'), timeout
   *   (ms for one request, default 60 s), retry ({maxRetries: 4, baseDelay: 500, maxDelay: 30000, maxRetryAfter: 60}), fetch
   */
  constructor({ apiKey, baseUrl, userId = DEFAULT_USER, timeout, retry, fetch } = {}) {
    if (typeof apiKey !== 'string' || apiKey === '') throw new TypeError('apiKey is required');
    this.#transport = new Transport({ baseUrl, timeout, retry, fetch, headers: { 'X-API-Key': apiKey }, readError });
    this.#userId = userId;
  }

  /** @param {object} request prompt, modelId (default flux-schnell), userId, parameters; every other member is a parameter of the model too */
  generateImage({ modelId = 'flux-schnell', ...rest } = {}, options) {
    return this.#generate('image', modelId, rest, options);
  }

  /** @param {object} request imageUrl, modelId (default stability-video), prompt, userId, parameters; every other member is a parameter too */
  generateVideo({ modelId = 'stability-video', imageUrl, ...rest } = {}, options) {
    return this.#generate('video', modelId, { ...(imageUrl === undefined ? {} : { image: imageUrl }), ...rest }, options);
  }

  /** @param {object} request prompt, modelId (default musicgen), userId, parameters; every other member is a parameter of the model too */
  generateAudio({ modelId = 'musicgen', ...rest } = {}, options) {
    return this.#generate('audio', modelId, rest, options);
  }

  /** The body of `POST /generate-media` as it stands; userId is added when it is absent. */
  generateMedia(body, { idempotencyKey, signal } = {}) {
    return this.#transport.submit('/generate-media', { userId: this.#userId, ...body }, { idempotencyKey, signal });
  }

  getStatus(jobId, { signal } = {}) {
    return this.#transport.json('GET', pathOf(jobId), { signal });
  }

  /**
   * The result of a completed job: originalUrl, thumbnailUrl and what else it has. Any other end is a JobFailedError or JobCancelledError.
   * @param {string} jobId
   * @param {object | number} options timeout (ms, default 5 minutes), interval (ms between looks; by default growing from 1 to 5 s), onProgress
   *   (called with the status at first and after each change), signal; a number is the timeout
   */
  async waitForCompletion(jobId, options = {}) {
    const { timeout = WAIT_TIMEOUT, interval, onProgress = () => {}, signal } = typeof options === 'number' ? { timeout: options } : options;
    const deadline = Date.now() + timeout;
    let pause = interval ?? FIRST_INTERVAL;
    let failures = 0;
    let seen;
    for (;;) {
      let wait = pause;
      try {
        const status = await this.#transport.json('GET', pathOf(jobId), { signal, retries: false });
        failures = 0;
        if (JSON.stringify(status) !== seen) onProgress(status);
        seen = JSON.stringify(status);
        if (status.status === 'completed') return status.result;
        if (status.status === 'failed') throw new JobFailedError(status.error || 'Generation failed', { job: status });
        if (status.status === 'cancelled') throw new JobCancelledError(status.error || 'Job was cancelled', { job: status });
      } catch (error) {
        if (signal?.aborted || !isTransient(error)) throw error;
        wait = this.#transport.retry.delay(error, failures++);
      }
      if (Date.now() + wait > deadline) throw new TimeoutError('Timeout waiting for job completion');
      await sleep(wait, signal);
      if (interval === undefined) pause = Math.min(LONGEST_INTERVAL, pause * INTERVAL_GROWTH);
    }
  }

  #generate(mediaType, modelId, { userId, parameters, ...named }, options) {
    const body = { mediaType, modelId, parameters: { ...named, ...parameters } };
    return this.generateMedia(userId === undefined ? body : { userId, ...body }, options);
  }
}

function pathOf(jobId) {
  if (typeof jobId !== 'string' || jobId === '') throw new TypeError('jobId is a text');
  return `/status/${encodeURIComponent(jobId)}`;
}

function readError({ error, details, code, retryAfter }) {
  return { message: details && details !== error ? `${error}: ${details}` : error, code, retryAfter };
}

module.exports = { VSLClient };
