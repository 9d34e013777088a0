// What the figures depend on besides the program.
import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { middle } from './figures.mjs';

/** @param {string} house @param {string} folder where the data will be @param {string} binary */
export async function machine(house, folder, binary) {
  const { type, source } = fileSystem(folder);
  if (type === 'tmpfs' || type === 'ramfs') {
    throw new Error(`${folder} is in memory (${type}), and a flush there is none: name a folder on a disk with --folder`);
  }
  const run = (/** @type {string} */ program, /** @type {string[]} */ ...told) => {
    try {
      return execFileSync(program, told, { cwd: house, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return null;
    }
  };
  const version = run(binary, '--version');
  if (!version) throw new Error(`${binary} cannot be run: make build`);
  const library = (/** @type {string} */ name) => JSON.parse(readFileSync(join(house, `bench/node_modules/${name}/package.json`), 'utf8')).version;
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memory_bytes: totalmem(),
    kernel: release(),
    file_system: `${type} on ${source}`,
    flush_us: flushes(folder),
    most_files: mostFiles(),
    node: process.version,
    libraries: { 'nodejs-websocket': library('nodejs-websocket'), ws: library('ws'), ioredis: library('ioredis') },
    redis: /\bv=(\S+)/.exec(run('redis-server', '--version') ?? '')?.[1] ?? null,
    duologue: version,
    // Nobody knows from what another program than our own release was built.
    commit: process.env.DUOLOGUE_BIN ? 'unknown' : run('git', 'rev-parse', '--short=12', 'HEAD'),
    // What the server is made of: papers may have changed since.
    is_as_committed: run('git', 'status', '--porcelain', '--', 'src', 'bench', 'Cargo.toml', 'Cargo.lock') === '',
  };
}

/** The hard limit: node and the bench raise the soft one to it by themselves. */
export function mostFiles() {
  const line = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return line === 'unlimited' ? Infinity : Number(line);
}

/** As `duologue doctor` does it: what is written and flushed in blocks of 4 KiB, one after another. @param {string} folder */
function flushes(folder) {
  const path = join(folder, 'flush');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096, 0x55);
  const times = Array.from({ length: 40 }, () => {
    writeSync(file, block);
    const began = performance.now();
    fdatasyncSync(file);
    return Math.round((performance.now() - began) * 1_000);
  });
  closeSync(file);
  unlinkSync(path);
  return { least: Math.min(...times), middle: middle(times), most: Math.max(...times) };
}

/** Of the mount that is nearest above it. @param {string} folder */
function fileSystem(folder) {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n').map((line) => {
    const [before, after] = line.split(' - ');
    return { point: before?.split(' ')[4] ?? '', type: after?.split(' ')[0] ?? '', source: after?.split(' ')[1] ?? '' };
  });
  const above = mounts.filter(({ point }) => `${folder}/`.startsWith(point === '/' ? '/' : `${point}/`));
  // Of two on the same point the later one is on top.
  return above.reduce((best, mount) => (mount.point.length >= best.point.length ? mount : best), { point: '', type: 'unknown', source: 'unknown' });
}

/**
 * What part of the machine's time was used while something was done, and what part another guest of its host took.
 * @param {() => Promise<unknown>} something
 */
export async function busy(something) {
  const [before, began] = [ticks(), performance.now()];
  await something();
  const after = ticks();
  const all = after.all - before.all || 1;
  return { share: 1 - (after.idle - before.idle) / all, stolen: (after.stolen - before.stolen) / all, seconds: (performance.now() - began) / 1_000 };
}

function ticks() {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, soft = 0, stolen = 0] = line.split(/\s+/).slice(1).map(Number);
  return { all: user + nice + system + idle + waiting + irq + soft + stolen, idle: idle + waiting, stolen };
}
