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

/** A server of our own: the real binary, on a port of its own, over a data folder of its own. */
export class Duologue {
  /** Known once it has started; the same after a kill and a new start. */
  url = '';
  /** Its pages could not reach it for a while, and may say so. */
  wasKilled = false;

  private readonly name: string;
  private readonly data: string;
  private listen = '127.0.0.1:0';
  private process: ChildProcess | undefined;

  private constructor(name: string, data: string) {
    this.name = name;
    this.data = data;
  }

  static async on(name: string): Promise<Duologue> {
    const server = new Duologue(name, await mkdtemp(join(tmpdir(), 'duologue-')));
    await server.starts();
    return server;
  }

  /** Starts it on the data, and on the port, that it had before. */
  async starts(): Promise<void> {
    mkdirSync(logs, { recursive: true });
    const log = createWriteStream(join(logs, `server-${this.name}.log`), { flags: 'a' });
    const child = spawn(binary, ['serve', '--listen', this.listen, '--data', this.data, '--limits', 'off'], {
      cwd: house,
      env: quietEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    child.stderr.pipe(log);
    const lines = createInterface({ input: child.stdout });
    this.url = await new Promise<string>((found, failed) => {
      child.once('error', (error) => failed(new Error(`${binary} cannot be run: ${error.message}`)));
      child.once('exit', (code) => failed(new Error(`the server ended with ${code}; see ${log.path}`)));
      lines.on('line', (line) => {
        const address = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
        if (address) found(address);
      });
    });
    this.listen = new URL(this.url).host;
  }

  /** As a loss of power would: nothing is flushed, nobody is told. */
  async isKilled(): Promise<void> {
    this.wasKilled = true;
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async isThrownAway(): Promise<void> {
    await this.isKilled();
    await rm(this.data, { recursive: true, force: true });
  }
}

/** What the surroundings set for a server must not reach the one under test. */
function quietEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DUOLOGUE|LEPTOS)_/.test(name)));
}
