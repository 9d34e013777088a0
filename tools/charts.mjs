// Draws docs/charts/*.svg from what tools/bench.mjs measured: node tools/charts.mjs [--check] [RESULTS] [FOLDER]
// The same results give the same bytes; with --check it writes nothing, and fails where a picture is not what they give.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Results } from './bench/figures.mjs';
import { drawings } from './charts/drawings.mjs';

const house = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');
const [from = 'bench/results/latest.json', folder = 'docs/charts'] = process.argv.slice(2).filter((word) => word !== '--check');
const results = Results.from(house, from);
mkdirSync(resolve(house, folder), { recursive: true });
for (const [name, draw] of Object.entries(drawings)) {
  const file = join(folder, `${name}.svg`);
  const path = resolve(house, file);
  const drawn = draw(results);
  if (!isCheck) {
    writeFileSync(path, drawn);
    console.log(file);
  } else if (!existsSync(path) || readFileSync(path, 'utf8') !== drawn) {
    console.error(`${file} is not what ${from} gives: make charts`);
    process.exitCode = 1;
  }
}
