// Measures Duologue beside servers that forward in memory or over Redis, in one run: node tools/bench.mjs [--quick] [--only NAME…]
// [--out FILE] [--folder DIR]. Facts and no verdicts, as JSON; `tools/charts.mjs` and `tools/performance-tables.mjs` make
// pictures and tables of it. Everything is on the loopback, bounded in count and time, and ended by its process id.
// DUOLOGUE_BIN names another program than the release.
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { machine, mostFiles } from './bench/machine.mjs';
import { needsRedis, plan } from './bench/plan.mjs';
import { printMeasure } from './bench/print.mjs';
import { Runner } from './bench/runner.mjs';

const house = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    out: { type: 'string' },
    folder: { type: 'string', default: 'target' },
  },
});
// What was measured in a hurry does not take the place of what the papers say.
const out = resolve(house, options.out ?? (options.quick || options.only ? 'target/bench/quick.json' : 'bench/results/latest.json'));
const within = resolve(house, options.folder);
mkdirSync(within, { recursive: true });
// Not in the system's folder for temporary files: that may be memory, and the disk is part of what is measured.
const folder = await mkdtemp(join(within, 'bench-'));
const runner = new Runner(house, folder, !options.quick);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => ends().finally(() => process.exit(1)));

/** What is measured already. @type {import('./bench/figures.mjs').Measured[]} */
const measured = [];
try {
  const facts = await machine(house, folder, runner.binary);
  console.error(`${facts.cpu}, ${facts.cores} cores, ${facts.file_system}; one flush takes ${facts.flush_us.middle} µs`);
  const measures = plan({ quick: options.quick, mostConnections: mostFiles() - 500 });
  const chosen = measures.filter(({ name }) => !options.only || options.only.includes(name));
  if (chosen.length === 0) throw new Error(`there is no such measure: ${measures.map(({ name }) => name).join(', ')}`);
  if (!facts.redis && chosen.some(needsRedis)) throw new Error('there is no redis-server, which one of the servers needs: tools/setup bench');
  for (const measure of chosen) {
    const { runs, ...rest } = measure;
    /** @type {Record<string, object[]>} */
    const reports = Object.fromEntries(Object.keys(measure.servers).map((server) => [server, []]));
    // By turns, so that whatever else the machine does meets all of them.
    for (let run = 0; run < runs; run++) {
      for (const server of Object.keys(measure.servers)) reports[server]?.push(await runner.measure(measure, server));
    }
    measured.push({ ...rest, runs: reports });
    printMeasure(measured.at(-1));
  }
  keep(out, { made: new Date().toISOString(), quick: options.quick, machine: facts, measures: measured });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (measured.length > 0) keep(resolve(house, 'target/bench/broken-off.json'), { measures: measured });
  process.exitCode = 1;
} finally {
  await ends();
}

async function ends() {
  await runner.ends();
  await rm(folder, { recursive: true, force: true });
}

/** @param {string} file @param {object} result */
function keep(file, result) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, undefined, 1)}\n`);
  console.error(`written to ${file}`);
}
