'use strict';

const { ApiError, ConnectionError, TimeoutError } = require('./errors.js');

const IN_FLIGHT = 'idempotency_key_in_flight';

/** Nothing of the request has left this machine when the connection fails like this. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

const DEFAULTS = { maxRetries: 4, baseDelay: 500, maxDelay: 30_000, maxRetryAfter: 60 };

/** When to try again: exponential back-off with jitter, and never before the server's Retry-After. */
class RetryPolicy {
  /**
   * @param {object} options maxRetries (0 for none), baseDelay and maxDelay (ms), maxRetryAfter (seconds; when the server asks for more,
   *   the error is thrown instead of waiting)
   */
  constructor(options = {}) {
    Object.assign(this, DEFAULTS, options);
  }

  /** The wait in ms before attempt number `attempt` + 1 (from 0), or null to give up. */
  waitAfter(error, attempt, repeatable) {
    if (attempt >= this.maxRetries || !isTransient(error, repeatable)) return null;
    if (error.retryAfter > this.maxRetryAfter) return null;
    return this.delay(error, attempt);
  }

  delay(error, attempt) {
    const backOff = Math.min(this.maxDelay, this.baseDelay * 2 ** attempt) * (0.5 + Math.random() / 2);
    // What was told to all is spread a little, so that all do not come back at once.
    return error.retryAfter ? Math.max(backOff, error.retryAfter * 1000 + Math.random() * this.baseDelay) : backOff;
  }
}

/**
 * Whether the same request may succeed later.
 * @param {boolean} repeatable false when a second request could have a second effect: then only what certainly had none is repeated.
 */
function isTransient(error, repeatable = true) {
  if (error instanceof ApiError) {
    if (error.status === 429) return true;
    if (!repeatable) return false;
    return (error.status === 409 && error.code === IN_FLIGHT) || error.status === 408 || (error.status >= 500 && error.retryable !== false);
  }
  if (error instanceof ConnectionError) return repeatable || NOT_SENT.has(error.cause?.cause?.code ?? error.cause?.code);
  return error instanceof TimeoutError && repeatable;
}

/** Seconds of a Retry-After header, given as seconds or as a date; null when there is none. */
function parseRetryAfter(value, now = Date.now()) {
  if (value === null || value === undefined || value === '') return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, (at - now) / 1000);
}

/** Resolves after `ms`; rejects with the signal's reason when it is aborted before. */
function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(done, ms);
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    function done() {
      signal?.removeEventListener('abort', abort);
      resolve();
    }
    signal?.addEventListener('abort', abort, { once: true });
  });
}

module.exports = { RetryPolicy, isTransient, parseRetryAfter, sleep };
