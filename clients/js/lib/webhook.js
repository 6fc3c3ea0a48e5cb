'use strict';

const { createHmac, timingSafeEqual } = require('node:crypto');
const { WebhookVerificationError } = require('./errors.js');

const PREFIX = 'whsec_';
const VERSION = 'v1,';
const TOLERANCE_SECONDS = 300;

/**
 * Checks a webhook after the Standard Webhooks specification and returns its event, in the native or in VSL's shape.
 * @param {object} webhook payload (the raw body: text or bytes, never re-serialised), headers (an object or a Headers), secret (one or,
 *   during a rotation, several), toleranceSeconds (how old or how far ahead it may be; default 300), now (ms)
 * @throws {WebhookVerificationError}
 */
function verifyWebhook({ payload, headers, secret, toleranceSeconds = TOLERANCE_SECONDS, now = Date.now() }) {
  if (typeof payload !== 'string' && !(payload instanceof Uint8Array))
    throw new TypeError('payload must be the raw body as text or bytes: a parsed one has other bytes than those that were signed');
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => required(headers, name));
  if (!/^\d+$/.test(timestamp)) throw new WebhookVerificationError('webhook-timestamp is not a number of seconds');
  const age = now / 1000 - Number(timestamp);
  if (Math.abs(age) > toleranceSeconds) throw new WebhookVerificationError(`webhook-timestamp is ${age > 0 ? 'too old' : 'in the future'}`);

  const body = Buffer.from(payload);
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const expected = [secret].flat().map((one) => createHmac('sha256', keyOf(one)).update(signed).digest());
  const given = signatures.split(' ').filter((one) => one.startsWith(VERSION)).map((one) => Buffer.from(one.slice(VERSION.length), 'base64'));
  if (!expected.some((good) => given.some((one) => one.length === good.length && timingSafeEqual(one, good))))
    throw new WebhookVerificationError('No signature fits');
  return JSON.parse(body.toString('utf8'));
}

function keyOf(secret) {
  if (typeof secret !== 'string' || secret === '') throw new TypeError('secret must be the whsec_… that the creation of the endpoint showed');
  return Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
}

function required(headers, name) {
  const value = typeof headers?.get === 'function' ? headers.get(name) : Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  if (typeof value !== 'string' || value === '') throw new WebhookVerificationError(`The header ${name} is missing`);
  return value;
}

module.exports = { verifyWebhook };
