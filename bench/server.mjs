// node bench/server.mjs [--library nodejs-websocket | ws] [--gather] [--redis URL] [--port N]
// A server that forwards messages, in memory or once Redis has them, to be measured by `duologue bench` beside Duologue: see
// README.md.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import tutorial from 'nodejs-websocket';
import { WebSocketServer } from 'ws';
import { enters, memory } from './forward.mjs';

const { values: options } = parseArgs({
  options: {
    library: { type: 'string', default: 'nodejs-websocket' },
    gather: { type: 'boolean', default: false },
    redis: { type: 'string' },
    port: { type: 'string', default: '0' },
  },
});
const port = Number(options.port);
// Loaded only where it is asked for: the servers in memory stay what they are without it.
const log = options.redis ? await (await import('./redis.mjs')).redis(options.redis) : memory;

/** @type {Record<string, () => import('node:net').Server>} */
const libraries = {
  'nodejs-websocket': () => {
    const server = tutorial.createServer((connection) => {
      const { headers, socket } = connection;
      // Nagle's algorithm gathers frames too, and what is gathered already it would only hold up.
      socket.setNoDelay(options.gather);
      const { hears, leaves } = enters(log, nameIn(headers.authorization), gathering(socket, (text) => connection.sendText(text)));
      connection.on('text', hears).on('close', leaves);
      // A write to somebody who has just gone.
      connection.on('error', () => {});
    });
    server.listen(port, '127.0.0.1');
    return server.socket;
  },
  ws: () => {
    const http = createServer();
    const server = new WebSocketServer({ server: http, path: '/ws', perMessageDeflate: false, clientTracking: false, skipUTF8Validation: true });
    server.on('connection', (connection, { headers, socket }) => {
      const { hears, leaves } = enters(log, nameIn(headers.authorization), gathering(socket, (text) => connection.send(text)));
      connection.on('message', (bytes) => hears(bytes.toString())).on('close', leaves);
      connection.on('error', () => {});
    });
    return http.listen(port, '127.0.0.1');
  },
};

const listens = libraries[options.library];
if (!listens) {
  console.error(`there is no ${options.library} here: ${Object.keys(libraries).join(' or ')}`);
  process.exit(2);
}
const server = listens();
server.once('listening', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));

/** Believed as it stands: the token is the name. @param {string | undefined} authorization */
function nameIn(authorization) {
  return authorization?.replace(/^Bearer /, '') ?? 'nobody';
}

/**
 * With --gather, what is written to a socket while the frames of one read are handled goes out in one call of the system.
 * Neither library does that by itself: it reaches through to the socket below.
 * @param {import('node:net').Socket} socket
 * @param {import('./forward.mjs').Say} say
 * @returns {import('./forward.mjs').Say}
 */
function gathering(socket, say) {
  if (!options.gather) return say;
  const uncork = () => socket.uncork();
  return (text) => {
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(uncork);
    }
    say(text);
  };
}
