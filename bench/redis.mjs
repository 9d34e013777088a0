// The log in Redis: a stream of each pair, in which an entry's id is its number. With `--appendonly yes --appendfsync always`
// Redis answers once the entry is flushed, and what waits for it together shares a flush.
import { Redis } from 'ioredis';

/**
 * @param {string} url
 * @returns {Promise<import('./forward.mjs').Log>} once Redis answers
 */
export async function redis(url) {
  // Nothing is tried again: a message whose answer is lost may be there or not, and a second try would find its number taken.
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', fails);
  await client.connect();
  const gathers = gathering(client.stream);
  return {
    append(pair, seq, entry, kept) {
      gathers();
      client.xadd(pair.name, `${seq}-0`, 'entry', entry, (error) => (error ? fails(error) : kept()));
    },
    page(pair, after, limit, found) {
      gathers();
      client.xrange(pair.name, `${after + 1}-0`, '+', 'COUNT', limit, (error, entries) => {
        if (error) fails(error);
        else found((entries ?? []).map(([, [, entry = '']]) => entry));
      });
    },
  };
}

/**
 * What is asked of Redis in one turn of the loop goes out in one call of the system. The
 * library's own way, `enableAutoPipelining`, holds the next ones back until the last ones are answered, and was slower.
 * @param {import('node:net').Socket} socket
 */
function gathering(socket) {
  const uncork = () => socket.uncork();
  return () => {
    if (socket.writableCorked > 0) return;
    socket.cork();
    setImmediate(uncork);
  };
}

/** @param {Error} error @returns {never} */
function fails(error) {
  console.error(`Redis: ${error.message}`);
  process.exit(1);
}
