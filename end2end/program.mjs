import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';

// What programs do at the wire (docs/protocol.md): for tests and tools, where a person at a page would be too slow, or
// must not depend on the page. Plain JavaScript, because tools/ uses it and Node.js 20 reads no TypeScript.

export const password = 'a short sentence is a good one';

/** @typedef {{ type: string, id?: string, peer?: string, seq?: number, entry?: { seq: number, body: string | null } }} Frame */

/** A session: what a browser would keep in its cookie. */
export class Session {
  /**
   * @param {string} url where the server is
   * @param {string} username
   * @param {string} cookie as the server set it, "session=…"
   */
  constructor(url, username, cookie) {
    this.url = url;
    this.username = username;
    this.cookie = cookie;
  }

  /**
   * @param {string} url
   * @param {{ username: string, name?: string }} who
   */
  static async registers(url, { username, name = username }) {
    return Session.#enters(url, '/api/register', username, { username, password, name });
  }

  /**
   * @param {string} url
   * @param {string} username of an account that registered with `password`
   */
  static async signsIn(url, username) {
    return Session.#enters(url, '/api/login', username, { username, password });
  }

  /** @param {string} url @param {string} path @param {string} username @param {object} fields */
  static async #enters(url, path, username, fields) {
    const answer = await post(`${url}${path}`, fields);
    const cookie = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('session='));
    if (!cookie) throw new Error(`${path} set no session`);
    return new Session(url, username, /** @type {string} */ (cookie.split(';')[0]));
  }

  /** For a browser context's `addCookies`: its pages are signed in. */
  get forBrowser() {
    const [name, value] = /** @type {[string, string]} */ (this.cookie.split('='));
    return { name, value, url: this.url, httpOnly: true };
  }

  /** @param {string} label under which the settings list it */
  async program(label = 'a test') {
    return Program.connects(this.url, this.username, await this.token(label));
  }

  /** @param {string} label under which the settings list it */
  async token(label = 'a test') {
    const answer = await post(`${this.url}/api/token`, { label }, { cookie: this.cookie, origin: this.url });
    const { token } = /** @type {{ token: string }} */ (await answer.json());
    return token;
  }
}

/** A program with a token and a socket. Its verbs are the frames of the wire, and settle with the `seq` of their entry. */
export class Program {
  /** @type {Map<string, { answered: (frame: Frame) => void, failed: (error: Error) => void }>} */
  #asked = new Map();
  // Rises with time, and is no other program's of the same account.
  #burst = `${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
  #count = 0;
  #socket;

  /** @param {string} username @param {WebSocket} socket */
  constructor(username, socket) {
    this.username = username;
    this.#socket = socket;
    socket.on('message', (data) => this.#hears(JSON.parse(data.toString())));
    socket.on('close', (code) => this.#fails(new Error(`the socket of ${username} closed with ${code}`)));
  }

  /** @param {string} url @param {string} username @param {string} token */
  static async connects(url, username, token) {
    const headers = { authorization: `Bearer ${token}` };
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, 'duologue.v1', { headers });
    const program = new Program(username, socket);
    await once(socket, 'open');
    return program;
  }

  /** @param {string} peer @param {string} body @param {number} [replyTo] the `seq` that it answers */
  says(peer, body, replyTo) {
    return this.#writes({ type: 'send', peer, body, ...(replyTo === undefined ? {} : { reply_to: replyTo }) });
  }

  /** @param {string} peer @param {number} of @param {string} body */
  edits(peer, of, body) {
    return this.#writes({ type: 'edit', peer, of, body });
  }

  /** @param {string} peer @param {number} of */
  deletes(peer, of) {
    return this.#writes({ type: 'delete', peer, of });
  }

  /** @param {string} peer @param {number} of @param {string | null} emoji `null` takes it back */
  reacts(peer, of, emoji) {
    return this.#writes({ type: 'react', peer, of, emoji });
  }

  /** @param {string} peer @param {number} seq up to which it was seen */
  hasRead(peer, seq) {
    this.#sends({ type: 'read', peer, seq });
  }

  /** @param {string} peer @param {number} seq up to which it is stored */
  hasStored(peer, seq) {
    this.#sends({ type: 'delivered', peer, seq });
  }

  /** @param {string} peer @param {boolean} on */
  types(peer, on) {
    this.#sends({ type: 'typing', peer, on });
  }

  /** Until all that it said was done: frames of one connection are applied in their order. */
  async settles() {
    await this.#asks({ type: 'ping' });
  }

  async leaves() {
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  /** @param {object} frame @returns {Promise<number>} */
  async #writes(frame) {
    const answer = await this.#asks(frame);
    if (answer.type !== 'sent') throw new Error(`${this.username} was refused: ${JSON.stringify(answer)}`);
    return /** @type {number} */ (answer.seq);
  }

  /** @param {object} frame @returns {Promise<Frame>} */
  #asks(frame) {
    this.#count += 1;
    const id = `${this.#burst}-${String(this.#count).padStart(6, '0')}`;
    return new Promise((answered, failed) => {
      this.#asked.set(id, { answered, failed });
      this.#sends({ ...frame, id });
    });
  }

  /** @param {object} frame */
  #sends(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  /** @param {Frame} frame */
  #hears(frame) {
    const asked = frame.id === undefined ? undefined : this.#asked.get(frame.id);
    if (!frame.id || !asked) return;
    this.#asked.delete(frame.id);
    asked.answered(frame);
  }

  /** @param {Error} error */
  #fails(error) {
    for (const { failed } of this.#asked.values()) failed(error);
    this.#asked.clear();
  }
}

/** @param {string} url @param {object} fields @param {Record<string, string>} [headers] */
async function post(url, fields, headers = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(fields),
  });
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}
