// Says back what it is told. May be killed at any time: each message is answered, and once.
//   DUOLOGUE_TOKEN=… node echo.js     (npm install ws)
const WebSocket = require('ws');
const { createHash } = require('node:crypto');
const { DUOLOGUE_URL: url = 'ws://127.0.0.1:3000/ws', DUOLOGUE_TOKEN: token } = process.env;

function* answers({ type, peer, id, conversations, since, more, entries, complete, retry_after_ms }, you) {
  // Live frames are a hint, the log is the truth.
  if (['welcome', 'entry', 'resync'].includes(type) || retry_after_ms) yield { type: 'inbox', id: 'news' };
  for (const row of conversations ?? [])
    if (row.head > row.delivered && row.peer !== you) yield { type: 'history', id: 'missed', peer: row.peer, after: row.delivered };
  if (more) yield { type: 'inbox', id: 'news', since };
  for (const { kind, from, body, seq } of entries ?? [])
    if (kind === 'message' && from === peer && body)
      // The same id for the same message: however often it is sent, it is one answer.
      yield { type: 'send', id: `${seq}-${createHash('sha256').update(`${peer}/${seq}`).digest('hex').slice(0, 32)}`, peer, body };
  if (complete === false) yield { type: 'history', id: 'missed', peer, after: entries.at(-1).seq };
  if (type === 'sent') yield { type: 'delivered', peer, seq: Number.parseInt(id) };
}

function connect(you) {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  socket.on('message', (text) => {
    const frame = JSON.parse(text);
    you = frame.you?.username ?? you;
    setTimeout(() => { for (const answer of answers(frame, you)) socket.send(JSON.stringify(answer)); }, frame.retry_after_ms ?? 0);
  });
  socket.on('error', ({ message }) => console.error(message)).on('close', () => setTimeout(connect, 1000, you));
}
connect();
