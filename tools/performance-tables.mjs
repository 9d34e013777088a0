// Writes the tables of docs/performance.md from what tools/bench.mjs measured, between <!-- bench:begin NAME --> and
// <!-- bench:end -->, so that no figure is typed by hand: node tools/performance-tables.mjs [--check] [RESULTS] [PAPER]
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Results } from './bench/figures.mjs';
import { tables } from './bench/tables.mjs';

const house = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');
const [from = 'bench/results/latest.json', to = 'docs/performance.md'] = process.argv.slice(2).filter((word) => word !== '--check');
const results = Results.from(house, from);
const paper = resolve(house, to);
const before = readFileSync(paper, 'utf8');
const missing = new Set(Object.keys(tables));
const after = before.replace(/(<!-- bench:begin (\S+) -->\n).*?(<!-- bench:end -->)/gs, (_, begin, name, end) => {
  const table = tables[name];
  if (!table) throw new Error(`${to}: there is no table called ${name}`);
  missing.delete(name);
  return `${begin}\n${table(results)}\n\n${end}`;
});
if (missing.size > 0) throw new Error(`${to} has no place for ${[...missing].join(', ')}`);
if (!isCheck) {
  writeFileSync(paper, after);
} else if (after !== before) {
  console.error(`the tables of ${to} are not what ${from} gives: make charts`);
  process.exitCode = 1;
}
