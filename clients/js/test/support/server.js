'use strict';

const { createServer } = require('node:http');

/**
 * A real HTTP server on loopback for one test: records requests, answers as told, and ends with the test.
 * @param {(request: {method, path, query, headers, body, json, number}, response: import('node:http').ServerResponse) => any} answer what it
 *   returns is sent: [status, body, headers], or nothing when it has answered by itself
 */
async function serve(t, answer) {
  const requests = [];
  const server = createServer(async (incoming, response) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const url = new URL(incoming.url, 'http://localhost');
    const body = Buffer.concat(chunks);
    const request = {
      method: incoming.method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers: incoming.headers, body, number: requests.length + 1,
      get json() {
        return JSON.parse(body);
      },
    };
    requests.push(request);
    const told = await answer(request, response);
    if (!told) return;
    const [status, content, headers = {}] = told;
    const isText = typeof content === 'string' || content === undefined || Buffer.isBuffer(content);
    response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
    response.end(isText ? content : JSON.stringify(content));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { requests, url: `http://127.0.0.1:${server.address().port}` };
}

/** A port that nobody listens on. */
async function closedPort() {
  const server = createServer();
  const port = await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Retries that take no time worth speaking of. */
const quick = { baseDelay: 1, maxDelay: 5 };

/** A job as the native API shows it. */
function job(id, status, percent = 0, more = {}) {
  return { id, status, model: 'veo3.1', progress: { percent, step: 'frame_generation', message: null }, output: null, error: null, ...more };
}

/** The native API's refusal. */
function problem(status, code, more = {}) {
  return { type: `urn:videogen:error:${code}`, title: code, status, code, detail: `It is ${code}.`, retryable: false, trace_id: 'abc', ...more };
}

module.exports = { serve, closedPort, quick, job, problem };
