import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const house = fileURLToPath(new URL('../..', import.meta.url));
const binary = resolve(process.env.DUOLOGUE_BIN ?? join(house, 'target/release/duologue'));

/** The built server, on a free port of the loopback, with a data folder that goes with it. */
export async function serve() {
  mkdirSync(join(house, 'target'), { recursive: true });
  // Under target/, not in /tmp: that may be memory, and the disk is part of what is measured.
  const data = await mkdtemp(join(house, 'target/bench-page-'));
  const child = spawn(binary, ['serve', '--listen', '127.0.0.1:0', '--data', data, '--limits', 'off'], {
    cwd: house,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DUOLOGUE|LEPTOS)_/.test(name))),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit').catch(() => {});
  const ends = async () => {
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(patience);
    await rm(data, { recursive: true, force: true });
  };
  // Also where the tool itself is ended: no server stays behind.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ends().finally(() => process.exit(1)));
  const url = await new Promise((found, failed) => {
    child.once('error', (error) => failed(new Error(`${binary} cannot be run: ${error.message}`)));
    child.once('exit', (code) => failed(new Error(`the server ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
      if (address) found(address);
    });
  });
  return { url, ends };
}
