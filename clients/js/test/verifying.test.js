'use strict';

const test = require('node:test');
const assert = require('node:assert/strict');
const { createHmac } = require('node:crypto');
const { verifyWebhook, WebhookVerificationError } = require('../index.js');

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const payload = '{"type":"job.completed","data":{"note":"café ✓"}}';
const now = 1_800_000_000_000;

function headersOf(body = payload, { id = 'evt_1', at = now / 1000, key = Buffer.alloc(32, 7) } = {}) {
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
}

test('a webhook that is signed gives its event, from text and from bytes, with headers of any kind', () => {
  for (const body of [payload, Buffer.from(payload), new Uint8Array(Buffer.from(payload))])
    for (const headers of [headersOf(), new Headers(headersOf()), Object.fromEntries(Object.entries(headersOf()).map(([name, value]) => [name.toUpperCase(), value]))])
      assert.equal(verifyWebhook({ payload: body, headers, secret, now }).data.note, 'café ✓');
});

test('the example of the specification fits', () => {
  const event = verifyWebhook({
    payload: '{"test": 2432232314}',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    headers: { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' },
    now: 1614265330_000,
  });
  assert.equal(event.test, 2432232314);
});

test('any of several signatures and any of several secrets may fit', () => {
  const headers = headersOf();
  headers['webhook-signature'] = `v1,AAAA v1a,xyz ${headers['webhook-signature']}`;
  assert.ok(verifyWebhook({ payload, headers, secret: [`whsec_${Buffer.alloc(32, 1).toString('base64')}`, secret], now }));
});

const forgeries = {
  'another body': { payload: payload.replace('café', 'cafe') },
  'another secret': { secret: `whsec_${Buffer.alloc(32, 8).toString('base64')}` },
  'another id': { headers: { ...headersOf(), 'webhook-id': 'evt_2' } },
  'an old time': { now: now + 301_000 },
  'a time to come': { now: now - 301_000 },
  'no signature': { headers: { 'webhook-id': 'evt_1', 'webhook-timestamp': '1800000000' } },
  'no headers': { headers: undefined },
  'an empty signature': { headers: { ...headersOf(), 'webhook-signature': 'v1,' } },
  'a time that is none': { headers: { ...headersOf(), 'webhook-timestamp': '1800000000.5' } },
};

test('everything else is refused', () => {
  for (const [name, change] of Object.entries(forgeries))
    assert.throws(() => verifyWebhook({ payload, headers: headersOf(), secret, now, ...change }), WebhookVerificationError, name);
});

test('a parsed body and a missing secret are mistakes of the program', () => {
  assert.throws(() => verifyWebhook({ payload: JSON.parse(payload), headers: headersOf(), secret, now }), TypeError);
  assert.throws(() => verifyWebhook({ payload, headers: headersOf(), secret: undefined, now }), TypeError);
});
