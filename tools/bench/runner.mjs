import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as passes } from 'node:timers/promises';
import { busy } from './machine.mjs';

/** Above this part of the machine's time, what others do is in the figures. */
const quiet = 0.1;
/** How often one looks, a second each, whether others have become quiet, before a run is made all the same. */
const looks = 30;

/** Runs the bench against one server after another; each is started for one run, and ended after it. */
export class Runner {
  /** Processes that run now. @type {Set<import('node:child_process').ChildProcess>} */
  #children = new Set();
  #house;
  #folder;
  #redisFolder;
  #looks;
  /** Without what the caller's settings would tell it; its data are in our folder. */
  #environment;

  /** @param {string} house @param {string} folder for data, on the disk that is measured @param {boolean} isPatient */
  constructor(house, folder, isPatient) {
    this.#looks = isPatient ? looks : 1;
    this.#house = house;
    this.#folder = folder;
    this.#redisFolder = join(folder, 'redis');
    this.binary = resolve(house, process.env.DUOLOGUE_BIN ?? 'target/release/duologue');
    const kept = Object.entries(process.env).filter(([name]) => !/^(DUOLOGUE|LEPTOS)_/.test(name));
    this.#environment = { ...Object.fromEntries(kept), TMPDIR: folder };
  }

  /**
   * One run at one server: what the bench said of it, how it was called, and what the machine did meanwhile.
   * @param {import('./plan.mjs').Measure} measure
   * @param {string} server
   */
  async measure({ name, program, bench, accounts, limitSeconds, servers }, server) {
    const told = servers[server];
    if (program) return this.#measured(`${name}, ${server}`, () => this.#tries(resolve(this.#house, program), [...bench, ...(told ?? [])], limitSeconds));
    /** In the order of their start. @type {import('node:child_process').ChildProcess[]} */
    const others = [];
    try {
      const url = told && (await this.#starts(told, others));
      const pids = others.flatMap(({ pid }) => ['--pid', `${pid}`]);
      const at = url ? ['--url', url, '--tokens', this.#tokens(accounts), ...pids] : [];
      return await this.#measured(`${name}, ${server}`, () => this.#ends(this.#spawns(this.binary, ['bench', ...bench, ...at]), limitSeconds));
    } finally {
      for (const other of others.reverse()) await this.#kills(other);
      await rm(this.#redisFolder, { recursive: true, force: true });
    }
  }

  /** @param {string} what @param {() => Promise<string>} run which ends with a report as JSON */
  async #measured(what, run) {
    const before = await this.#quiet();
    const load = loadavg()[0];
    let said = '';
    const during = await busy(async () => {
      said = await run();
    });
    console.error(`${what}: ${during.seconds.toFixed(0)} s`);
    return { ...JSON.parse(said), load_before: load, busy_before: before.share, stolen: during.stolen };
  }

  /**
   * One run of a program that needs no server, in a folder of its own that goes with it.
   * @param {string} program @param {string[]} told @param {number} limitSeconds
   */
  async #tries(program, told, limitSeconds) {
    if (!existsSync(program)) throw new Error(`there is no ${program}: make bench builds it`);
    const folder = await mkdtemp(join(this.#folder, 'trial-'));
    try {
      return await this.#ends(this.#spawns(program, [...told, '--folder', folder]), limitSeconds);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Waits until others leave the machine alone, for a bounded time, and says what they used in the last second. */
  async #quiet() {
    let before = await busy(() => passes(1_000));
    for (let look = 1; look < this.#looks && before.share > quiet; look++) before = await busy(() => passes(1_000));
    if (before.share > quiet) console.error(`mind: others use ${Math.round(before.share * 100)} % of this machine`);
    return before;
  }

  /** Ends what still runs. */
  async ends() {
    await Promise.all([...this.#children].map((child) => this.#kills(child)));
  }

  /**
   * Starts bench/server.mjs, and before it the Redis that it needs, and says where it listens.
   * @param {string[]} told
   * @param {import('node:child_process').ChildProcess[]} started
   */
  async #starts(told, started) {
    const redis = told.at(-1) === '--redis' ? [await this.#startsRedis(started)] : [];
    const child = this.#spawns(process.execPath, [join(this.#house, 'bench/server.mjs'), ...told, ...redis]);
    started.push(child);
    const line = await says(child, 'bench/server.mjs', /^listening on /);
    return line.replace('listening on ', '');
  }

  /**
   * An empty Redis that answers a write once it is flushed, and says where it listens.
   * @param {import('node:child_process').ChildProcess[]} started
   */
  async #startsRedis(started) {
    const port = await freePort();
    mkdirSync(this.#redisFolder);
    const place = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', this.#redisFolder];
    const child = this.#spawns('redis-server', [...place, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always']);
    started.push(child);
    await says(child, 'redis-server', /Ready to accept connections/);
    return `redis://127.0.0.1:${port}`;
  }

  /** @param {string} program @param {string[]} told */
  #spawns(program, told) {
    // In a group of its own: where a bench has to be killed, the server that it started goes with it.
    const child = spawn(program, told, { cwd: this.#house, env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    child.once('error', () => this.#children.delete(child));
    return child;
  }

  /**
   * What a bench printed. Where messages were lost it has said so in its figures, and ends with 1.
   * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
   * @param {number} limitSeconds
   */
  async #ends(child, limitSeconds) {
    let [out, complaint] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text));
    let isLate = false;
    const patience = setTimeout(() => {
      isLate = true;
      this.#kills(child);
    }, limitSeconds * 1_000);
    try {
      const [code] = await once(child, 'close');
      if (isLate) throw new Error(`${child.spawnargs.join(' ')} took longer than ${limitSeconds} s`);
      if (!out.trim()) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}: ${complaint.trim()}`);
      return out;
    } finally {
      clearTimeout(patience);
    }
  }

  /** @param {import('node:child_process').ChildProcess} child */
  async #kills(child) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const exited = once(child, 'exit');
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended in this very moment.
    }
    await exited;
  }

  /** "NAME TOKEN" lines: those servers take the token for the name. @param {number} number */
  #tokens(number) {
    const file = join(this.#folder, 'tokens');
    writeFileSync(file, Array.from({ length: number }, (_, who) => `bench${who} bench${who}\n`).join(''));
    return file;
  }
}

/**
 * The first line of such a kind that a process prints. What it prints after that is read too, so that it never waits for a
 * full pipe.
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @param {string} name
 * @param {RegExp} wanted
 * @returns {Promise<string>}
 */
function says(child, name, wanted) {
  return new Promise((found, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`${name} ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => wanted.test(line) && found(line));
  });
}

/** One that nobody listens on at this moment. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
