'use strict';

const { randomUUID } = require('node:crypto');
const { version } = require('../package.json');
const { ApiError, ConnectionError, TimeoutError } = require('./errors.js');
const { RetryPolicy, parseRetryAfter, sleep } = require('./retry.js');

const DEFAULT_TIMEOUT = 60_000;
const IDEMPOTENCY_KEY = 'Idempotency-Key';
const NOT_MODIFIED = 304;
const SAFE = new Set(['GET', 'HEAD']);

/** Sends requests to one API with one credential, and repeats what may be repeated. */
class Transport {
  #base;
  #headers;
  #timeout;
  #fetch;
  #readError;

  /**
   * @param {object} options baseUrl, headers (of every request), timeout (ms, one attempt), retry, fetch, readError (reads the API's
   *   shape of errors: body to {message, code, fields, retryable, retryAfter, traceId})
   */
  constructor({ baseUrl, headers = {}, timeout = DEFAULT_TIMEOUT, retry = {}, fetch = globalThis.fetch, readError }) {
    if (typeof baseUrl !== 'string' || !/^https?:\/\//.test(baseUrl)) throw new TypeError('baseUrl must be a URL, for example http://127.0.0.1:8080');
    this.#base = new URL(baseUrl).href.replace(/\/+$/, '');
    this.#headers = { 'User-Agent': `videogen-js/${version}`, ...headers };
    this.#timeout = timeout;
    this.#fetch = fetch;
    this.#readError = readError;
    this.retry = new RetryPolicy(retry);
  }

  get timeout() {
    return this.#timeout;
  }

  /** Sends and reads JSON; undefined for an empty answer. */
  async json(method, path, options = {}) {
    return (await this.request(method, path, options)).body;
  }

  /** Submits: always with an idempotency key, which makes it safe to send twice. */
  submit(path, body, { idempotencyKey, signal } = {}) {
    return this.json('POST', path, { body, signal, repeatable: true, headers: { [IDEMPOTENCY_KEY]: idempotencyKey ?? randomUUID() } });
  }

  /**
   * @param {object} options query, body (sent as JSON), content (a function that makes a raw body, called for each attempt), headers, signal,
   *   timeout (ms), repeatable (a second request has no second effect; true for GET and HEAD), retries (false for one attempt),
   *   read ('json' or 'response', whose body is still to be read), redirects (true follows them)
   * @returns {Promise<{status: number, headers: Headers, body: any}>} a refusal throws an ApiError; so does a redirect that is not followed: the
   *   key is for this server
   */
  async request(method, path, options = {}) {
    const repeatable = options.repeatable ?? SAFE.has(method);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#attempt(method, path, options);
      } catch (error) {
        const wait = options.retries === false ? null : this.retry.waitAfter(error, attempt, repeatable);
        if (wait === null) throw error;
        await sleep(wait, options.signal);
      }
    }
  }

  async #attempt(method, path, options) {
    const limit = new Limit(options.signal, options.timeout ?? this.#timeout);
    try {
      const redirect = options.redirects ? 'follow' : 'manual';
      const response = await this.#fetch(this.#url(path, options.query), { method, redirect, signal: limit.signal, ...this.#bodyOf(options) });
      const read = response.ok && options.read === 'response' ? response : await readBody(response);
      if (response.status >= 300 && response.status !== NOT_MODIFIED) throw this.#refusal(response, read);
      return { status: response.status, headers: response.headers, body: read };
    } catch (error) {
      if (error instanceof ApiError) throw error;
      if (options.signal?.aborted) throw options.signal.reason;
      if (limit.isOver) throw new TimeoutError(`${method} ${path}: no answer within ${limit.ms} ms`, { cause: error });
      throw new ConnectionError(`${method} ${path}: ${(error instanceof TypeError && error.cause?.message) || error.message}`, { cause: error });
    } finally {
      limit.release(options.read === 'response');
    }
  }

  #url(path, query = {}) {
    const url = new URL(this.#base + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null) url.searchParams.set(name, value instanceof Date ? value.toISOString() : String(value));
    }
    return url;
  }

  #bodyOf({ body, content, headers = {} }) {
    const all = { Accept: 'application/json', ...this.#headers, ...headers };
    if (content) return { headers: all, body: content(), duplex: 'half' };
    if (body === undefined) return { headers: all };
    return { headers: { ...all, 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  }

  #refusal(response, body) {
    const told = (body !== null && typeof body === 'object' && this.#readError(body)) || {};
    const retryAfter = parseRetryAfter(response.headers.get('retry-after')) ?? told.retryAfter ?? null;
    const place = response.headers.get('location');
    const message = told.message || `The server answered ${response.status} ${response.statusText}`.trimEnd() + (place ? ` (to ${place})` : '');
    return new ApiError(message, { ...told, status: response.status, retryAfter, body });
  }
}

/** JSON where it is JSON, else text: an answer of something between us and the API. */
async function readBody(response) {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (response.ok) throw new Error(`it answered ${response.status} with something else than JSON`, { cause: error });
    return text;
  }
}

/** The caller's signal and a time limit in one. */
class Limit {
  #controller = new AbortController();
  #signal;
  #timer;
  #abort = () => this.#controller.abort(this.#signal.reason);

  constructor(signal, ms) {
    this.ms = ms;
    this.isOver = false;
    this.#signal = signal;
    if (signal?.aborted) this.#abort();
    signal?.addEventListener('abort', this.#abort, { once: true });
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#controller.abort();
    }, ms);
  }

  get signal() {
    return this.#controller.signal;
  }

  /** @param {boolean} bodyFollows the body is read later, so the caller's signal must still end it */
  release(bodyFollows) {
    clearTimeout(this.#timer);
    if (!bodyFollows) this.#signal?.removeEventListener('abort', this.#abort);
  }
}

module.exports = { Transport };
