'use strict';

/** Every entry of a list, page after page, read when they are needed. */
async function* pages(transport, path, filters = {}, signal) {
  let cursor = filters.cursor;
  do {
    const page = await transport.json('GET', path, { query: { ...filters, cursor }, signal });
    yield* page.data;
    cursor = page.next_cursor;
  } while (cursor);
}

module.exports = { pages };
