// What the server does, whatever library carries it: hears `send`, answers `sent`, forwards the entry. Everything is in
// memory, and nothing is kept but how many messages each pair has had.

/**
 * Writes one text frame to a connection.
 * @typedef {(text: string) => void} Say
 */

/** Somebody who is or was here: the open connections, and the pairs by the other one's name. */
class Person {
  /** @type {Set<Say>} */
  connections = new Set();
  /** @type {Map<string, { seq: number }>} */
  pairs = new Map();
}

/** @type {Map<string, Person>} */
const people = new Map();

const limits = { frame: 65536, body: 16384, page: 200, connections: 20, typing_every_ms: 3000, typing_shown_ms: 6000, ping_every_ms: 15000 };

/**
 * A connection opened.
 * @param {string} name whoever it says that it is
 * @param {Say} say
 * @returns what hears its frames, and what is done once it has closed
 */
export function enters(name, say) {
  const me = person(name);
  me.connections.add(say);
  say(JSON.stringify({ type: 'welcome', version: 1, you: { username: name, name }, now: Date.now(), limits }));
  return {
    /** @param {string} text */
    hears: (text) => hear(name, me, say, JSON.parse(text)),
    leaves: () => me.connections.delete(say),
  };
}

/**
 * @param {string} name
 * @param {Person} me
 * @param {Say} say
 * @param {{ type: string, id?: string, peer: string, body: string }} frame
 */
function hear(name, me, say, { type, id, peer, body }) {
  if (type === 'send') {
    const seq = ++pair(name, me, peer).seq;
    const at = Date.now();
    say(JSON.stringify({ type: 'sent', id, peer, seq, at }));
    const entry = { seq, at, from: name, id, kind: 'message', body };
    forward(person(peer), say, JSON.stringify({ type: 'entry', peer: name, entry }));
    if (me.connections.size > 1) forward(me, say, JSON.stringify({ type: 'entry', peer, entry }));
  } else if (type === 'history') {
    // There is nothing to look up: what was not forwarded is gone.
    say(JSON.stringify({ type: 'history', id, peer, entries: [], head: pair(name, me, peer).seq, complete: true }));
  } else {
    say(JSON.stringify({ type: 'error', id, code: 'unknown_type', message: 'this server only forwards' }));
  }
}

/**
 * Made into text once, however many connections there are. To the one that wrote it goes `sent` alone.
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
    found = { seq: 0 };
    me.pairs.set(peer, found);
    person(peer).pairs.set(name, found);
  }
  return found;
}
