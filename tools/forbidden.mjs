// What must not stand in the source: node tools/forbidden.mjs. Each rule says why, and lists the places that are allowed all
// the same, each with its reason. A place that is listed and not there fails as well, so that the list stays short.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const rules = [
  {
    what: /\.(unwrap|expect|unwrap_err|expect_err)\(|\b(panic|unreachable|todo|unimplemented)!/,
    where: 'src',
    tests: false,
    why: 'what came over the network must not panic the server: an error is an outcome, and an invariant is a line in this list',
    allowed: {
      'src/server/bus/redis/letter.rs': ['expect("strings and numbers are JSON")'],
      'src/server/migrate.rs': ['expect("a record has no map whose keys are no strings")'],
      'src/server/account/device.rs': ['expect("HMAC takes a key of any length")'],
      'src/server/cli/bench/history.rs': ['expect("a report has no map whose keys are no strings")'],
      'src/server/cli/bench/report.rs': ['expect("a report has no map whose keys are no strings")'],
      'src/server/dialect/follow.rs': ['expect("it is short and plain")'],
      'src/server/random.rs': ['expect("the system has random bytes")'],
      'src/protocol/server.rs': ['expect("a frame has string keys and finite numbers")'],
    },
  },
  {
    what: /\bassert(_eq|_ne)?!/,
    where: 'src/server',
    tests: false,
    why: 'an assertion is a panic, too',
    allowed: {
      'src/server/connection/wire.rs': ['"a test asked for this"'],
      'src/server/fault.rs': ['"a test asked for this"'],
    },
  },
  {
    what: /inner_html|innerHTML|outerHTML|insertAdjacentHTML|document\.write/,
    where: ['src', 'public'],
    tests: true,
    why: 'what people write is text and never markup',
    allowed: {},
  },
  {
    what: /cfg(_attr)?!?\(.*\bfeature\b/,
    where: 'src',
    tests: true,
    why: 'each half names its own modules: a feature is asked for in one place',
    allowed: { 'src/lib.rs': ['#![cfg(feature = "hydrate")]'] },
  },
  {
    what: /\bunsafe (\{|fn|impl)/,
    where: 'src',
    tests: false,
    why: 'nothing that people use needs it; the disk of the tests stands between SQLite and the system',
    allowed: {},
  },
  {
    what: /#\[ignore|\b(test|describe)\.(skip|only|fixme)\b/,
    where: ['src', 'tests', 'end2end'],
    tests: true,
    why: 'a test runs or it goes',
    allowed: {},
  },
  {
    what: /waitForTimeout|thread::sleep/,
    where: ['src', 'tests', 'end2end'],
    tests: true,
    why: 'a test waits for a fact and never for time',
    allowed: {},
  },
];

const files = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'test-results', 'playwright-report'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : /\.(rs|ts|mjs|js|css|html|svg)$/.test(entry.name) ? [path] : [];
  });

/** Files and folders that are compiled for tests alone: their parents say so. */
const testModules = new Set(
  files(join(root, 'src')).flatMap((path) => {
    const folder = path.endsWith('mod.rs') || path.endsWith('main.rs') ? dirname(path) : path.slice(0, -'.rs'.length);
    const modules = readFileSync(path, 'utf8').matchAll(/#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*(?:pub )?mod (\w+);/g);
    return [...modules].map(([, name]) => join(folder, name));
  }),
);
const isOfTests = (path) => [...testModules].some((module) => path === `${module}.rs` || path.startsWith(`${module}/`));

/** The lines of a file that are no comment, and none of its own tests. */
function lines(path, withTests) {
  const text = readFileSync(path, 'utf8');
  // What is for tests keeps its lines, so that the others keep their numbers.
  const forTests = /^#\[cfg\(test\)\]\n(?:#\[[^\]]*\]\n)*(?:pub )?(?:mod|fn) \w+[^;\n]*\{\n[^]*?^\}$/gm;
  const own = withTests ? text : text.replace(forTests, (block) => block.replace(/[^\n]/g, ''));
  return own.split('\n').map((line) => line.replace(/^\s*\/\/.*/, ''));
}

let isClean = true;
for (const { what, where, tests, why, allowed } of rules) {
  const unused = new Set(Object.entries(allowed).flatMap(([file, places]) => places.map((place) => `${file}: ${place}`)));
  const found = [where].flat().flatMap((folder) => files(join(root, folder))).filter((path) => tests || !isOfTests(path));
  for (const path of found.filter((path) => statSync(path).isFile())) {
    const name = relative(root, path);
    for (const [index, line] of lines(path, tests).entries()) {
      if (!what.test(line)) continue;
      const place = allowed[name]?.find((place) => line.includes(place));
      if (place) unused.delete(`${name}: ${place}`);
      else {
        console.error(`${name}:${index + 1}: ${line.trim()}\n  not allowed: ${why}`);
        isClean = false;
      }
    }
  }
  for (const place of unused) {
    console.error(`${place}\n  is allowed in tools/forbidden.mjs, and is not there`);
    isClean = false;
  }
}
process.exitCode = isClean ? 0 : 1;
