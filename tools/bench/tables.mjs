// The results as tables in Markdown. A cell of several runs is the middle one, with the least and the most behind it.
import { grouped, short } from './figures.mjs';
import { goals } from './goals.mjs';
import { duologue, keeps, promise } from './plan.mjs';

/** @typedef {import('./figures.mjs').Results} Results */
/** @typedef {[string, (report: any) => number]} Column */

/** @type {Column[]} */
const chat = [
  ['messages a second', (report) => report.messages_per_s],
  ['CPU, µs a message', (report) => report.cpu_us_per_message],
  ['p50, ms', (report) => report.p50_ms],
  ['p99, ms', (report) => report.p99_ms],
  ['p99.9, ms', (report) => report.p999_ms],
];

/** @type {Record<string, (results: Results) => string>} */
export const tables = {
  machine,
  goals: (results) =>
    markdown(
      ['goal', 'asked for', 'measured', ''],
      goals(results).map(({ what, asked, measured, isMet }) => [what, asked, measured, isMet ? 'met' : '**missed**']),
    ),
  comparison,
  'window-1': (results) => measure(results, 'window-1', chat),
  'window-16': (results) => measure(results, 'window-16', chat),
  'rate-1000': (results) => measure(results, 'rate-1000', chat),
  idle: (results) =>
    measure(results, 'idle', [
      ['bytes a connection', (report) => report.bytes_per_connection],
      ['the pair’s p99 alone, ms', (report) => report.p99_ms_alone],
      ['beside them, ms', (report) => report.p99_ms],
      ['beside / alone', (report) => report.p99_ms / report.p99_ms_alone],
    ]),
  burst: (results) =>
    measure(results, 'burst', [
      ['taken a second', (report) => report.messages_per_s],
      ['CPU, µs a message', (report) => report.cpu_us_per_message],
      ['caught up, p50, ms', (report) => (report.lost > 0 ? NaN : report.p50_ms)],
      ['p99, ms', (report) => (report.lost > 0 ? NaN : report.p99_ms)],
      ['lost', (report) => report.lost],
      ['of', (report) => report.messages],
    ]),
  history,
  layout,
};

/** @param {Results} results */
function machine({ json }) {
  const { machine, made, quick, measures } = json;
  const busiest = Math.max(...runs(measures).map((run) => run.busy_before));
  const stolen = Math.max(...runs(measures).map((run) => run.stolen));
  const facts = [
    ['cores', `${machine.cores} of ${machine.cpu}`],
    ['memory', `${short(machine.memory_bytes / 2 ** 30)} GiB`],
    ['kernel', machine.kernel],
    ['disk', machine.file_system],
    ['one flush of 4 KiB, as `duologue doctor` asks', `${machine.flush_us.middle} µs (${machine.flush_us.least} to ${machine.flush_us.most})`],
    ['files that may be open', grouped(machine.most_files)],
    ['Duologue', `${machine.duologue}, commit ${machine.commit}${machine.is_as_committed ? '' : ' and changes that are not committed'}`],
    ['Node.js', `${machine.node}, nodejs-websocket ${machine.libraries['nodejs-websocket']}, ws ${machine.libraries.ws}`],
    ...(machine.redis ? [['Redis', `${machine.redis}, by ioredis ${machine.libraries.ioredis}`]] : []),
    ['measured', made],
    ['used by others, in the second before a run', `at most ${(busiest * 100).toFixed(0)} %`],
    ['taken by other guests of the host, during a run', `at most ${(stolen * 100).toFixed(1)} %`],
  ];
  const inHaste = quick ? '**These figures are a short trial and not the measurement: `make bench` makes that.**\n\n' : '';
  return inHaste + markdown(['', ''], facts.map(([what, fact]) => [what ?? '', fact ?? '']));
}

/** @param {any[]} measures @returns {any[]} */
function runs(measures) {
  return measures.flatMap((measure) => Object.values(measure.runs).flat());
}

/** Each server's figures of all measures, in the columns of the design. @param {Results} results */
function comparison(results) {
  /** @type {(name: string, server: string, of: (report: any) => number, unit?: string) => string} */
  const cell = (name, server, of, unit = '') => (results.servers(name).includes(server) ? spreadCell(results.spread(name, server, of), unit) : '–');
  /** @type {(name: string, server: string) => string} */
  const rate = (name, server) => `${cell(name, server, (report) => report.messages_per_s, '/s')}; ${cell(name, server, (report) => report.cpu_us_per_message, ' µs')}`;
  const rows = results.servers('window-16').map((server) => [
    server === duologue ? `**Duologue, ${promise(server)}**` : `${server}, ${promise(server)}`,
    rate('window-1', server),
    rate('window-16', server),
    `${cell('rate-1000', server, (report) => report.p50_ms)} / ${cell('rate-1000', server, (report) => report.p99_ms)} ms`,
    cell('idle', server, (report) => report.bytes_per_connection / 1024, ' KiB'),
    keeps(server) ? cell('burst', server, (report) => report.p50_ms, ' ms') : 'lost',
  ]);
  return markdown(['', 'window 1', 'window 16', 'at 1,000 a second, p50 / p99', 'idle connection', '1,000 missed'], rows);
}

/** @param {Results} results @param {string} name @param {Column[]} columns */
function measure(results, name, columns) {
  const rows = results.servers(name).map((server) => [
    server === duologue ? '**Duologue**' : server,
    ...columns.map(([, of]) => spreadCell(results.spread(name, server, of))),
  ]);
  return `    ${results.command(name)}\n\n${markdown(['', ...columns.map(([title]) => title)], rows)}`;
}

/** @param {Results} results */
function history(results) {
  const names = results.measure('history').runs[duologue]?.[0].logs[0].pages.map((/** @type {any} */ { place }) => place);
  const rows = results.logs().map((/** @type {any} */ log) => [
    grouped(log.entries),
    ...[...names, 'sent'].map((name) => `${short(log.times(name, 'p50_ms').middle)} / ${short(log.times(name, 'p99_ms').middle)}`),
    spreadCell(log.cpu),
    short(log.bytes / log.entries),
  ]);
  const heads = ['entries', ...names, 'a message until `sent`', 'CPU, µs a page', 'bytes on disk an entry'];
  return `    ${results.command('history')}\n\nTimes are p50 / p99 in milliseconds, each the middle of the runs.\n\n${markdown(heads, rows)}`;
}

/** How the log could lie, each with what it is told beside the command. @param {Results} results */
function layout(results) {
  /** @type {Column[]} */
  const columns = [
    ['entries a second', (report) => report.entries_per_s],
    ['CPU, µs an entry', (report) => report.cpu_us_per_entry],
    ['a commit, p50, ms', (report) => report.commit_p50_ms],
    ['p99, ms', (report) => report.commit_p99_ms],
    ['a page, p50, ms', (report) => report.page_p50_ms],
    ['bytes an entry', (report) => report.bytes_per_entry],
    ['write-ahead log, MiB', (report) => report.log_bytes / 2 ** 20],
  ];
  const rows = Object.entries(results.measure('layout').servers).map(([name, told]) => [
    told?.length ? `${name}: \`${told.join(' ')}\`` : `**${name}**`,
    ...columns.map(([, of]) => spreadCell(results.spread('layout', name, of))),
  ]);
  return `    ${results.command('layout')}\n\n${markdown(['', ...columns.map(([title]) => title)], rows)}`;
}

/** @param {import('./figures.mjs').Spread} spread @param {string} [unit] */
export function spreadCell({ least, middle, most }, unit = '') {
  if (!Number.isFinite(middle)) return '–';
  return least === most ? `${short(middle)}${unit}` : `${short(middle)}${unit} (${short(least)} to ${short(most)})`;
}

/** @param {string[]} heads @param {string[][]} rows */
function markdown(heads, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`.replace(/ {2,}/g, ' ');
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}
