// Runs everything that tries to break the promises, at length, and prints the table of docs/reliability.md:
//   node tools/soak.mjs [PART…]
// The parts are kills starts simulation power disk mutants hostile refused autobahn fuzz; without a name all of them.
// Each part is a program of the tests that says in lines of JSON what it tried. A part that said nothing is "not run": it is
// never counted as one without failures. What the programs print goes to stderr, the table to stdout.
// SOAK_CYCLES, SOAK_MESSAGES, SOAK_STARTS, SIM_SEEDS, POWER_CUTS, DISK_POINTS, FUZZ_SECONDS and SOAK_SEED change how much is
// tried, SOAK_PROGRAM with which release; the defaults are for a new version.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const release = process.env.SOAK_PROGRAM ?? join(root, 'target', 'release', 'duologue');
// The others need the debug build and its faults.
delete process.env.SOAK_PROGRAM;
const amount = (name, usual) => process.env[name] ?? String(usual);

/** Tests of what is refused that are not tables of inputs: each counts as one. */
const REFUSED = ['requests', 'opening', 'refusals', 'closing', 'flooding', 'posting', 'proxies', 'accounts', 'invitations', 'dialects'];

const tests = (...words) => ['cargo', 'test', '--no-fail-fast', ...words];
/** Leaves out what needs a server or a tool that cannot be had here. */
const skipping = (words, told = '') => ['tools/with-servers', 'bash', '-c', `cargo test --no-fail-fast ${words} -- ${told} $WITHOUT_SERVERS`];

const parts = {
  kills: {
    title: 'kill -9 and SIGTERM at random under load, release binary',
    command: tests('--test', 'soak', 'killed_at_random_under_load'),
    environment: { SOAK_PROGRAM: release, SOAK_CYCLES: amount('SOAK_CYCLES', 200), SOAK_MESSAGES: amount('SOAK_MESSAGES', 100000) },
    needs: () => existsSync(release) || `there is no ${release}: make build`,
    row: ({ soak }) => sum(soak, { cycles: 'cycles', messages: 'messages', failures: 'failures' }),
  },
  starts: {
    title: 'kill -9 in first starts, migrations and checkpoints, debug binary',
    command: skipping('--test soak', '--skip killed_at_random_under_load'),
    environment: { SOAK_CYCLES: '40', SOAK_MESSAGES: '10000', SOAK_STARTS: amount('SOAK_STARTS', 100) },
    row: ({ soak, starts }) => {
      const [loaded, begun] = [sum(soak, { cycles: 'cycles', messages: 'messages', failures: 'failures' }), sum(starts, { cycles: 'kills', failures: 'failures' })];
      return loaded && begun && { cycles: loaded.cycles + begun.cycles, messages: loaded.messages, failures: loaded.failures + begun.failures };
    },
  },
  simulation: {
    title: 'simulated nodes, bus and clients',
    command: tests('--bin', 'duologue', 'simulation::'),
    environment: { SIM_SEEDS: amount('SIM_SEEDS', 200000) },
    row: ({ simulation }) => sum(simulation, { seeds: 'seeds', messages: 'messages', cycles: 'crashes', cuts: 'cuts', failures: 'failures' }),
  },
  power: {
    title: 'power cuts: what was not flushed is dropped',
    command: tests('--bin', 'duologue', 'power::'),
    environment: { POWER_CUTS: amount('POWER_CUTS', 5000) },
    // What it says was answered is summed over the cuts, each of which has the messages before it.
    row: ({ power }) => sum(power, { cuts: 'cuts', failures: 'failures' }),
  },
  disk: {
    title: 'disk faults: EIO and ENOSPC',
    command: skipping('--test disk'),
    environment: { DISK_POINTS: amount('DISK_POINTS', 200) },
    row: ({ disk }) => sum(disk, { inputs: 'points', failures: 'failures' }),
  },
  mutants: {
    title: 'mutants: promises broken on purpose',
    command: skipping('--test mutants'),
    // Other parts may have tried some of them.
    row: (_lines, _counts, { mutant, mutants }) => mutantsOf(mutant, mutants),
  },
  hostile: {
    title: 'hostile input: the tables of tests/hostile',
    command: tests('--test', 'hostile'),
    row: ({ hostile }) => sum(hostile, { inputs: 'inputs', failures: 'failures' }),
  },
  refused: {
    title: `what is refused: the tests of ${REFUSED.join(', ')}`,
    command: tests(...REFUSED.flatMap((name) => ['--test', name])),
    row: (_lines, { passed, failed }) => (passed + failed > 0 ? { inputs: passed + failed, failures: failed } : undefined),
  },
  autobahn: {
    title: "Autobahn's fuzzing client against the socket",
    command: ['tools/autobahn'],
    row: ({ autobahn: [verdict] = [] }) => {
      if (verdict?.skipped) return { failures: `not run: ${verdict.skipped}` };
      return verdict && { inputs: verdict.passed + verdict.nonStrict + verdict.failed, failures: verdict.failed };
    },
  },
  fuzz: {
    title: 'fuzzing of whatever reads bytes from outside',
    command: ['tools/fuzz'],
    environment: { FUZZ_SECONDS: amount('FUZZ_SECONDS', 60) },
    row: ({ fuzz }) => sum(fuzz, { inputs: 'inputs', failures: 'failed' }),
  },
};

/** Adds up fields of the lines of one kind; nothing where there was no such line. */
function sum(lines = [], fields) {
  if (lines.length === 0) return undefined;
  // A figure that a line does not give is none, and not 0.
  const total = (field) => (lines.every((line) => field in line) ? lines.reduce((total, line) => total + line[field], 0) : undefined);
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, total(field)]));
}

/** Mutants tell of themselves one by one, or a program of several at once. */
function mutantsOf(single = [], several = []) {
  if (single.length + several.length === 0) return undefined;
  const tried = single.length + several.reduce((total, { tried }) => total + tried, 0);
  const killed = single.filter(({ killed }) => killed).length + several.reduce((total, { killed }) => total + killed, 0);
  return { mutants: `${killed} of ${tried}`, failures: tried - killed };
}

/** Runs a command, shows what it prints, and gives the lines of JSON by their kind and the counts of cargo. */
function run([program, ...words], environment) {
  const child = spawn(program, words, { cwd: root, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding('utf8').on('data', (text) => {
      output += text;
      process.stderr.write(text);
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ lines: {}, counts: { passed: 0, failed: 0 }, trouble: error.message }));
    child.on('close', (code) => resolve({ ...understood(output), trouble: code === 0 ? undefined : 'a test failed' }));
  });
}

function understood(output) {
  const lines = {};
  // A test's own name may stand in front of what it printed.
  for (const [text] of output.matchAll(/\{"[a-z]+":\{[^\n]*\}\}/g)) {
    try {
      for (const [kind, line] of Object.entries(JSON.parse(text))) (lines[kind] ??= []).push(line);
    } catch {
      // No line of ours.
    }
  }
  const counts = { passed: 0, failed: 0 };
  for (const [, passed, failed] of output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed/gm)) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
  }
  return { lines, counts };
}

const columns = ['cycles', 'messages', 'cuts', 'seeds', 'mutants', 'inputs', 'failures'];
const heads = ['tried', 'cycles', 'messages', 'cuts', 'seeds', 'mutants killed', 'inputs tried', 'failures'];

function printed(rows) {
  const cell = (value) => (value === undefined ? '-' : typeof value === 'number' ? value.toLocaleString('en') : value);
  const lines = rows.map(({ title, row }) => [title, ...columns.map((column) => cell(row[column]))]);
  return [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

const rows = [];
const ready = [];
const all = {};
for (const [name, { title, command, environment = {}, needs = () => true, row }] of Object.entries(parts)) {
  const obstacle = asked.length > 0 && !asked.includes(name) ? 'not asked for' : needs();
  if (obstacle !== true) {
    rows.push({ title, row: { failures: `not run: ${obstacle}` } });
    continue;
  }
  console.error(`\nsoak: ${name}: ${command.join(' ')}`);
  const { lines, counts, trouble } = await run(command, environment);
  for (const [kind, some] of Object.entries(lines)) (all[kind] ??= []).push(...some);
  const figures = row(lines, counts, all);
  if (name === 'kills') ready.push(...(lines.soak ?? []));
  // A program that broke off has not tried all that it was to try, whatever its lines say.
  const failures = trouble && !(figures?.failures > 0) ? trouble : figures?.failures;
  rows.push({ title, row: { ...figures, failures: failures ?? 'not run: it printed no line' } });
}

console.log(printed(rows));
for (const { seed, of_them_sigterm, ready_median_ms, ready_most_ms, ready_over_a_second } of ready) {
  console.log(
    `\nReady again after a kill: median ${ready_median_ms} ms, most ${ready_most_ms} ms, above a second ${ready_over_a_second} times ` +
      `(seed ${seed}; ${of_them_sigterm} of the ends were a SIGTERM).`,
  );
}
// Python 2.7 is not to be had on every machine.
const isFine = (failures) => failures === 0 || /^not run: (not asked|no Python 2\.7)/.test(failures);
process.exitCode = rows.every(({ row }) => isFine(row.failures)) ? 0 : 1;
