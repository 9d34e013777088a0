// What the server does, whatever library carries it: hears `send`, has the entry kept, answers `sent`, forwards the entry.
// Nothing is held here but how many messages each pair has had; what is kept, and where, is the log's affair.

/**
 * Writes one text frame to a connection.
 * @typedef {(text: string) => void} Say
 */

/**
 * Two people: the name of their log, and the number of the last message.
 * @typedef {{ name: string, seq: number }} Pair
 */

/**
 * Where messages go before anybody hears of them. It calls back instead of giving a promise, so that in memory nothing is
 * waited for.
 * @typedef {object} Log
 * @property {(pair: Pair, seq: number, entry: string, kept: () => void) => void} append calls back in the order of appending
 * @property {(pair: Pair, after: number, limit: number, found: (entries: string[]) => void) => void} page entries from a number on
 */

/** Keeps nothing: what was not forwarded is gone. @type {Log} */
export const memory = {
  append: (_pair, _seq, _entry, kept) => kept(),
  page: (_pair, _after, _limit, found) => found([]),
};

/** Somebody who is or was here: the open connections, and the pairs by the other one's name. */
class Person {
  /** @type {Set<Say>} */
  connections = new Set();
  /** @type {Map<string, Pair>} */
  pairs = new Map();
}

/** @type {Map<string, Person>} */
const people = new Map();

const limits = { frame: 65536, body: 16384, page: 200, connections: 20, typing_every_ms: 3000, typing_shown_ms: 6000, ping_every_ms: 15000 };

/**
 * A connection opened.
 * @param {Log} log
 * @param {string} name whoever it says that it is
 * @param {Say} say
 * @returns what hears its frames, and what is done once it has closed
 */
export function enters(log, name, say) {
  const me = person(name);
  me.connections.add(say);
  say(JSON.stringify({ type: 'welcome', version: 1, you: { username: name, name }, now: Date.now(), limits }));
  return {
    /** @param {string} text */
    hears: (text) => hear(log, name, me, say, JSON.parse(text)),
    leaves: () => me.connections.delete(say),
  };
}

/**
 * @param {Log} log
 * @param {string} name
 * @param {Person} me
 * @param {Say} say
 * @param {{ type: string, id?: string, peer: string, body: string, after?: number, limit?: number }} frame
 */
function hear(log, name, me, say, { type, id, peer, body, after = 0, limit = limits.page }) {
  if (type === 'send') {
    const two = pair(name, me, peer);
    const seq = ++two.seq;
    const at = Date.now();
    const entry = JSON.stringify({ seq, at, from: name, id, kind: 'message', body });
    log.append(two, seq, entry, () => {
      say(JSON.stringify({ type: 'sent', id, peer, seq, at }));
      forward(person(peer), say, framed(name, entry));
      if (me.connections.size > 1) forward(me, say, framed(peer, entry));
    });
  } else if (type === 'history') {
    const two = pair(name, me, peer);
    const head = two.seq;
    log.page(two, after, limit, (entries) => {
      const complete = entries.length === 0 || after + entries.length >= head;
      const rest = JSON.stringify({ type: 'history', id, peer, head, complete });
      say(`${rest.slice(0, -1)},"entries":[${entries.join()}]}`);
    });
  } else {
    say(JSON.stringify({ type: 'error', id, code: 'unknown_type', message: 'this server only forwards' }));
  }
}

/** An entry is made into text once, to be kept and to be forwarded. @param {string} peer @param {string} entry */
function framed(peer, entry) {
  return `{"type":"entry","peer":${JSON.stringify(peer)},"entry":${entry}}`;
}

/**
 * The same text, however many connections there are. To the one that wrote it goes `sent` alone.
 * @param {Person} to
 * @param {Say} author
 * @param {string} text
 */
function forward(to, author, text) {
  for (const say of to.connections) if (say !== author) say(text);
}

/** @param {string} name */
function person(name) {
  let found = people.get(name);
  if (!found) people.set(name, (found = new Person()));
  return found;
}

/**
 * One object for both, found by the name of the other.
 * @param {string} name
 * @param {Person} me
 * @param {string} peer
 */
function pair(name, me, peer) {
  let found = me.pairs.get(peer);
  if (!found) {
    found = { name: [name, peer].sort().join(' '), seq: 0 };
    me.pairs.set(peer, found);
    person(peer).pairs.set(name, found);
  }
  return found;
}
