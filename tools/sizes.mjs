// What a first visit costs: the built page's files, raw and as a browser fetches them.
// With --limit-kib N it fails when the WASM is above that after brotli.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const folder = 'target/site/pkg';
const limitKib = process.argv[2] === '--limit-kib' ? Number(process.argv[3]) : Infinity;
const kib = (bytes) => `${(bytes / 1024).toFixed(1).padStart(8)} KiB`;

if (!existsSync(folder)) fail(`there is no ${folder}: make build`);
const brotli = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
const kinds = ['wasm', 'js', 'css'].map((kind) => {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(`.${kind}`));
  if (files.length === 0) fail(`there is no .${kind} in ${folder}: make build`);
  const contents = files.map((name) => readFileSync(join(folder, name)));
  return {
    kind,
    raw: contents.reduce((sum, bytes) => sum + bytes.length, 0),
    brotli: contents.reduce((sum, bytes) => sum + brotli(bytes), 0),
  };
});

console.log('the page           raw       brotli');
for (const { kind, raw, brotli } of kinds) console.log(`  ${kind.padEnd(6)}${kib(raw)} ${kib(brotli)}`);

const wasm = kinds[0].brotli;
if (!(wasm <= limitKib * 1024)) fail(`the WASM is above its limit of ${limitKib} KiB`);

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
