'use strict';

const { pages } = require('./pages.js');

/** Where the account's events are sent. */
class WebhookEndpoints {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  /** @param {object} endpoint url, events, format ('native' or 'vsl'), description; the answer's secret is shown this once */
  create(endpoint, { signal } = {}) {
    return this.#transport.json('POST', '/v1/webhooks/endpoints', { body: endpoint, signal });
  }

  list({ signal } = {}) {
    return pages(this.#transport, '/v1/webhooks/endpoints', {}, signal);
  }

  get(id, { signal } = {}) {
    return this.#transport.json('GET', pathOf(id), { signal });
  }

  change(id, changes, { signal } = {}) {
    return this.#transport.json('PATCH', pathOf(id), { body: changes, signal, repeatable: true });
  }

  async delete(id, { signal } = {}) {
    await this.#transport.json('DELETE', pathOf(id), { signal });
  }

  /** Sends a test event now, and answers what came of it. */
  test(id, { signal } = {}) {
    return this.#transport.json('POST', `${pathOf(id)}/test`, { signal });
  }
}

/** What was sent. */
class WebhookDeliveries {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  list(filters = {}, { signal } = {}) {
    return pages(this.#transport, '/v1/webhooks/deliveries', filters, signal);
  }

  get(id, { signal } = {}) {
    return this.#transport.json('GET', `/v1/webhooks/deliveries/${encodeURIComponent(id)}`, { signal });
  }

  /** Sends it again, with the same id and bytes. */
  replay(id, { signal } = {}) {
    return this.#transport.json('POST', `/v1/webhooks/deliveries/${encodeURIComponent(id)}/replay`, { signal });
  }
}

function pathOf(id) {
  return `/v1/webhooks/endpoints/${encodeURIComponent(id)}`;
}

module.exports = { WebhookEndpoints, WebhookDeliveries };
