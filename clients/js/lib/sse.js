'use strict';

const { ConnectionError } = require('./errors.js');
const { isTransient, sleep } = require('./retry.js');

/** The server sends at least a comment every 15 seconds; three times that without a byte is a dead connection. */
const SILENCE_MS = 45_000;
const FIRST_PAUSE_MS = 2_000;

/**
 * Server-sent events of a path, with the place kept: after a broken connection it goes on behind the last event that was read.
 * @param {object} options lastEventId, signal, query, isLast (true for the event after which no more come)
 * @returns {AsyncGenerator<{id: string, type: string, timestamp: string, data: object}>}
 */
async function* follow(transport, path, { lastEventId, signal, query, isLast = () => false } = {}) {
  let place = lastEventId;
  let pause = FIRST_PAUSE_MS;
  let failures = 0;
  for (;;) {
    const stop = new AbortController();
    const abort = () => stop.abort(signal.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      signal?.throwIfAborted();
      const headers = { Accept: 'text/event-stream', ...(place ? { 'Last-Event-ID': place } : {}) };
      const answer = await transport.request('GET', path, { headers, query, signal: stop.signal, read: 'response' });
      if (answer.status === 204) return;
      for await (const message of parse(withoutSilence(answer.body.body, stop))) {
        if (message.retry !== undefined) pause = message.retry;
        if (message.data === undefined) continue;
        failures = 0;
        place = message.id || place;
        const event = { id: message.id, ...JSON.parse(message.data) };
        yield event;
        if (isLast(event)) return;
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      // The transport has tried each call again already; a connection that broke while it was read is tried again here.
      if (!isTransient(error) || ++failures > transport.retry.maxRetries) throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      stop.abort();
    }
    await sleep(failures > 0 ? transport.retry.delay({}, failures) : Math.min(pause, transport.retry.maxDelay), signal);
  }
}

async function* withoutSilence(body, stop) {
  const reader = body.getReader();
  try {
    for (;;) {
      const timer = setTimeout(() => stop.abort(new Error('silence')), SILENCE_MS);
      try {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      } catch (error) {
        throw new ConnectionError(`The event stream broke: ${error.message}`, { cause: error });
      } finally {
        clearTimeout(timer);
      }
    }
  } finally {
    await reader.cancel().catch(() => {}); // Of a stream that has broken already there is nothing left to cancel.
  }
}

/**
 * The event stream format of the HTML standard.
 * @param {AsyncIterable<Uint8Array>} chunks
 */
async function* parse(chunks) {
  const decoder = new TextDecoder();
  let rest = '';
  let message = {};
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    // A carriage return at the end may be the first half of a line break.
    const whole = rest.endsWith('\r') ? rest.slice(0, -1) : rest;
    const lines = whole.split(/\r\n|\n|\r/);
    rest = lines.pop() + rest.slice(whole.length);
    for (const line of lines) {
      if (line !== '') {
        read(line, message);
        continue;
      }
      if (Object.keys(message).length > 0) yield message;
      message = {};
    }
  }
}

function read(line, message) {
  const colon = line.indexOf(':');
  if (colon === 0) return;
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'data') message.data = message.data === undefined ? value : `${message.data}\n${value}`;
  else if (name === 'event') message.event = value;
  else if (name === 'id' && !value.includes('\0')) message.id = value;
  else if (name === 'retry' && /^\d+$/.test(value)) message.retry = Number(value);
}

module.exports = { follow, parse };
