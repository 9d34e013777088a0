import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const house = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const binary = process.env.DUOLOGUE_BIN ?? join(house, 'target/release/duologue');
const logs = join(house, 'target/test-logs');

/** Where `NODES=2` is set a server is two nodes, and who is called Bob opens the second. */
const nodes = Number(process.env.NODES ?? '1');

/** A server of our own: the real binary, on a port of its own, over a data folder of its own. */
export class Duologue {
  /** Of each node, known once it has started; the same after a kill and a new start. */
  private readonly urls: string[] = [];
  /** Its pages could not reach it for a while, and may say so. */
  wasKilled = false;

  private readonly name: string;
  private readonly data: string;
  private readonly shared: string[];
  private readonly environment: NodeJS.ProcessEnv;
  private processes: ChildProcess[] = [];
  /** The link that a start printed where nobody had an account yet. */
  private printed: string | undefined;
  private wasPrinted: () => void = () => {};

  private constructor(name: string, data: string, environment: NodeJS.ProcessEnv) {
    this.name = name;
    this.data = data;
    this.environment = environment;
    this.shared = nodes > 1 ? whatNodesShare() : [];
  }

  static async on(name: string, environment: NodeJS.ProcessEnv = {}): Promise<Duologue> {
    const server = new Duologue(name, await mkdtemp(join(tmpdir(), 'duologue-')), environment);
    await server.starts();
    return server;
  }

  /** Of the first node. */
  get url(): string {
    return this.urls[0] ?? '';
  }

  /** Of the node that a person opens. */
  urlOf(name: string): string {
    return (name === 'Bob' ? this.urls.at(-1) : undefined) ?? this.url;
  }

  /** By which the first account is made. */
  async firstLink(): Promise<string> {
    if (!this.printed) await new Promise<void>((found) => (this.wasPrinted = found));
    return this.printed ?? '';
  }

  /** Starts it on the data, and on the ports, that it had before. */
  async starts(): Promise<void> {
    mkdirSync(logs, { recursive: true });
    for (let node = 0; node < nodes; node += 1) this.urls[node] = await this.node(this.urls[node]);
  }

  private async node(before: string | undefined): Promise<string> {
    const log = createWriteStream(join(logs, `server-${this.name}.log`), { flags: 'a' });
    const listen = before ? new URL(before).host : '127.0.0.1:0';
    const words = ['serve', '--listen', listen, '--data', this.data, '--limits', 'off', ...this.shared];
    const child = spawn(binary, words, { cwd: house, env: { ...quietEnvironment(), ...this.environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.processes.push(child);
    child.stderr.pipe(log);
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!/^http\S+\/register\?invite=/.test(line)) return;
      this.printed = line;
      this.wasPrinted();
    });
    const lines = createInterface({ input: child.stdout });
    return new Promise<string>((found, failed) => {
      child.once('error', (error) => failed(new Error(`${binary} cannot be run: ${error.message}`)));
      child.once('exit', (code) => failed(new Error(`the server ended with ${code}; see ${log.path}`)));
      lines.on('line', (line) => {
        const address = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
        if (address) found(address);
      });
    });
  }

  /** As a loss of power would: nothing is flushed, nobody is told. */
  async isKilled(): Promise<void> {
    this.wasKilled = true;
    const running = this.processes.filter((child) => child.exitCode === null && child.signalCode === null);
    this.processes = [];
    const exits = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(exits);
  }

  async isThrownAway(): Promise<void> {
    await this.isKilled();
    await rm(this.data, { recursive: true, force: true });
  }
}

/** A database that no other server has, and one of Redis that no other worker has. */
function whatNodesShare(): string[] {
  const { MONGODB_URL, REDIS_URL } = process.env;
  if (!MONGODB_URL || !REDIS_URL) throw new Error('MONGODB_URL and REDIS_URL name the servers; tools/with-servers starts some');
  // Not by URL: an address of MongoDB may name several hosts.
  const store = MONGODB_URL.replace(/^([a-z+]+:\/\/[^/?]+)[^?]*/, `$1/pages_${process.pid}_${Date.now()}`);
  const bus = new URL(REDIS_URL);
  bus.pathname = `/${process.env.TEST_PARALLEL_INDEX ?? '0'}`;
  return ['--store', store, '--bus', bus.href];
}

/** What the surroundings set for a server must not reach the one under test. */
function quietEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DUOLOGUE|LEPTOS)_/.test(name)));
}
