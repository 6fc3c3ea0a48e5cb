'use strict';

const { createReadStream, createWriteStream } = require('node:fs');
const { rename, rm } = require('node:fs/promises');
const { basename } = require('node:path');
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { Transport } = require('./http.js');
const { Jobs } = require('./jobs.js');
const { pages } = require('./pages.js');
const { follow } = require('./sse.js');
const { WebhookEndpoints, WebhookDeliveries } = require('./webhooks.js');

const DEFAULT_BASE_URL = 'http://127.0.0.1:8080';

/** VideoGen's native API. Bodies and answers are those of its OpenAPI document, names included. */
class VideoGenClient {
  #transport;

  /**
   * @param {object} options apiKey, baseUrl (default http://127.0.0.1:8080), timeout (ms for one request, default 60 s), retry ({maxRetries: 4,
   *   baseDelay: 500, maxDelay: 30000, maxRetryAfter: 60}), fetch
   */
  constructor({ apiKey, baseUrl = DEFAULT_BASE_URL, timeout, retry, fetch } = {}) {
    if (typeof apiKey !== 'string' || apiKey === '') throw new TypeError('apiKey is required: vg_live_… or vg_test_…');
    this.#transport = new Transport({ baseUrl, timeout, retry, fetch, headers: { Authorization: `Bearer ${apiKey}` }, readError: readProblem });
    this.jobs = new Jobs(this.#transport);
    this.assets = new Assets(this.#transport, fetch);
    this.events = new Events(this.#transport);
    this.models = new Models(this.#transport);
    this.account = new Account(this.#transport);
    this.webhooks = { endpoints: new WebhookEndpoints(this.#transport), deliveries: new WebhookDeliveries(this.#transport) };
  }

  /** The most that a job would cost, and how long it takes; nothing is made. */
  quote({ model, input }, { signal } = {}) {
    return this.#transport.json('POST', '/v1/quotes', { body: { model, input }, signal, repeatable: true });
  }

  /**
   * Stores a file, for use as an asset of inputs.
   * @param {string | Blob | Uint8Array} file a path, or the bytes
   * @param {object} options filename, contentType, signal
   */
  upload(file, { filename, contentType, signal } = {}) {
    const isPath = typeof file === 'string';
    const name = filename ?? (isPath ? basename(file) : file.name);
    return this.#transport.json('POST', '/v1/uploads', {
      // A stream can be read once, so each attempt opens the file anew.
      content: () => (isPath ? Readable.toWeb(createReadStream(file)) : file),
      signal,
      headers: {
        'Content-Type': contentType || file.type || 'application/octet-stream',
        ...(name ? { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` } : {}),
      },
    });
  }
}

/** Files: uploads and results. */
class Assets {
  #transport;
  #fetch;

  constructor(transport, fetch) {
    this.#transport = transport;
    this.#fetch = fetch;
  }

  get(id, { signal } = {}) {
    return this.#transport.json('GET', `/v1/assets/${encodeURIComponent(id)}`, { signal });
  }

  list(filters = {}, { signal } = {}) {
    return pages(this.#transport, '/v1/assets', filters, signal);
  }

  async delete(id, { signal } = {}) {
    await this.#transport.json('DELETE', `/v1/assets/${encodeURIComponent(id)}`, { signal });
  }

  /**
   * Writes the content of an asset (of a job's output, of a list, or of `get`) to a file, which appears when it is whole.
   * The link is signed: the API key is not sent.
   */
  async download(asset, path, { signal, timeout = 30 * 60_000 } = {}) {
    const link = new URL(asset.url);
    const files = new Transport({ baseUrl: link.origin, timeout, retry: this.#transport.retry, fetch: this.#fetch, readError: readProblem });
    const { body } = await files.request('GET', link.pathname + link.search, { signal, read: 'response', redirects: true, headers: { Accept: '*/*' } });
    const part = `${path}.part`;
    try {
      await pipeline(Readable.fromWeb(body.body), createWriteStream(part), { signal });
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    return path;
  }
}

/** The account's ordered feed of events. */
class Events {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  /** What has happened, oldest first, behind `after`, up to now. */
  async *list({ after, limit, type } = {}, { signal } = {}) {
    for (let cursor = after, more = true; more; ) {
      const page = await this.#transport.json('GET', '/v1/events', { query: { after: cursor, limit, type }, signal });
      yield* page.data;
      [cursor, more] = [page.next_cursor, page.has_more];
    }
  }

  /** What happens from now on, or behind `after`, without an end; stop it with a break or the signal. */
  stream({ after, signal } = {}) {
    return follow(this.#transport, '/v1/events/stream', { lastEventId: after, signal });
  }
}

class Models {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  list(filters = {}, { signal } = {}) {
    return pages(this.#transport, '/v1/models', filters, signal);
  }

  get(slug, { signal } = {}) {
    return this.#transport.json('GET', `/v1/models/${encodeURIComponent(slug)}`, { signal });
  }
}

class Account {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  get({ signal } = {}) {
    return this.#transport.json('GET', '/v1/account', { signal });
  }

  /** Every movement of credits, newest first. */
  ledger(filters = {}, { signal } = {}) {
    return pages(this.#transport, '/v1/account/ledger', filters, signal);
  }
}

function readProblem(body) {
  const { detail, title, code, errors, retryable, trace_id: traceId } = body;
  return { message: detail ?? title, code, fields: errors ?? {}, retryable, traceId };
}

module.exports = { VideoGenClient };
