import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
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
  #looks;
  /** Without what the caller's settings would tell it; its data are in our folder. */
  #environment;

  /** @param {string} house @param {string} folder for data, on the disk that is measured @param {boolean} isPatient */
  constructor(house, folder, isPatient) {
    this.#looks = isPatient ? looks : 1;
    this.#house = house;
    this.#folder = folder;
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
    const other = told && (await this.#starts(told));
    try {
      const at = other ? ['--url', other.url, '--tokens', this.#tokens(accounts), '--pid', `${other.pid}`] : [];
      return await this.#measured(`${name}, ${server}`, () => this.#ends(this.#spawns(this.binary, ['bench', ...bench, ...at]), limitSeconds));
    } finally {
      if (other) await this.#kills(other.child);
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

  /** @param {string[]} told */
  async #starts(told) {
    const child = this.#spawns(process.execPath, [join(this.#house, 'bench/server.mjs'), ...told]);
    /** @type {string} */
    const url = await new Promise((found, failed) => {
      child.once('error', failed);
      child.once('exit', (code) => failed(new Error(`bench/server.mjs ended with ${code}`)));
      createInterface({ input: child.stdout }).once('line', (line) => found(line.replace('listening on ', '')));
    });
    return { child, url, pid: child.pid };
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
