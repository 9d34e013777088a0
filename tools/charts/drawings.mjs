// Which figure of the results is drawn how. A drawing is a function of the results and of nothing else.
import { grouped } from '../bench/figures.mjs';
import { duologue, keeps } from '../bench/plan.mjs';
import { bars, dots, lines } from './panels.mjs';
import { sheet } from './svg.mjs';

/** @typedef {import('../bench/figures.mjs').Results} Results */

/** What the names of the measurement are called on paper. @param {string} server */
const called = (server) => (server === duologue ? 'Duologue, durable' : server);
const across = 'how many entries the log has (logarithmic)';

/**
 * @param {Results} results @param {string} measure @param {(report: any) => number} of
 */
function rows(results, measure, of) {
  return results.servers(measure).map((server) => ({
    name: called(server),
    isOurs: server === duologue,
    value: results.spread(measure, server, of),
  }));
}

/** @param {Results} results */
function circumstances({ json }) {
  const { machine, quick } = json;
  const here = `${machine.cores} cores of ${machine.cpu}, load tool included; Duologue ${machine.commit}.`;
  return [quick ? `A short trial, not the measurement. ${here}` : here, 'Bars and marks are the middle of the runs, thin lines go from the least to the most.'];
}

/** When who answers. @param {Results} results */
function answers(results) {
  const durable = results.servers('window-16').filter((server) => server !== duologue && keeps(server));
  return `Duologue and ${durable.join(' and ')} answer when the message is on disk; the others keep nothing.`;
}

/** @param {Results} results */
function throughput(results) {
  const panel = (/** @type {string} */ measure, /** @type {string} */ window) => [
    bars({ title: `Delivered, ${window}`, unit: 'messages a second', rows: rows(results, measure, (report) => report.messages_per_s) }),
    bars({ title: `The server's CPU, ${window}`, unit: 'µs for each delivered message', rows: rows(results, measure, (report) => report.cpu_us_per_message) }),
  ];
  return sheet({
    title: 'Messages a second, and what one costs',
    says: [
      answers(results),
      'Gathered: the frames of one read are written together, which neither library does by itself.',
      '50 pairs, 100 bytes each. The window is how many messages of a writer may be unanswered.',
      ...circumstances(results),
    ],
    panels: [...panel('window-16', 'window 16'), ...panel('window-1', 'window 1')],
  });
}

/** @param {Results} results */
function latency(results) {
  const of = [(/** @type {any} */ report) => report.p50_ms, (/** @type {any} */ report) => report.p99_ms, (/** @type {any} */ report) => report.p999_ms];
  return sheet({
    title: 'From writing a message until the other one has it',
    says: ['1,000 messages a second of 100 bytes, over 50 pairs.', ...circumstances(results)],
    panels: [
      dots({
        title: 'At 1,000 a second',
        unit: 'milliseconds (logarithmic)',
        columns: 'p50 / p99 / p99.9',
        kinds: [{ mark: 'a', name: 'half of them (p50)' }, { mark: 'b', name: '99 of 100 (p99)' }, { mark: 'c', name: '999 of 1,000 (p99.9)' }],
        rows: results.servers('rate-1000').map((server) => ({
          name: called(server),
          values: of.map((figure) => results.spread('rate-1000', server, figure)),
        })),
      }),
    ],
  });
}

/** @param {Results} results */
function memory(results) {
  const connections = grouped(results.measure('idle').runs[duologue]?.[0].connections);
  const idle = (/** @type {(report: any) => number} */ of) => rows(results, 'idle', of);
  const [alone, beside] = [idle((report) => report.p99_ms_alone), idle((report) => report.p99_ms)];
  const pair = alone.flatMap((row, number) => [
    { ...row, name: `${row.name}: alone` },
    { ...row, name: 'beside them', value: beside[number]?.value ?? row.value },
  ]);
  return sheet({
    title: `${connections} connections that say nothing`,
    says: [...circumstances(results)],
    panels: [
      bars({
        title: 'Memory for each connection',
        unit: 'KiB of the server’s resident memory',
        rows: idle((report) => report.bytes_per_connection / 1024),
        goal: { value: 12, name: 'goal: at most 12' },
      }),
      bars({ title: 'A pair that talks meanwhile, p99', unit: 'milliseconds from writing a message until the other one has it', rows: pair }),
    ],
  });
}

/** @param {Results} results */
function growth(results) {
  const logs = results.logs();
  const kinds = [
    { mark: 'a', name: 'newest page', place: 'newest' },
    { mark: 'b', name: 'any page', place: 'anywhere' },
    { mark: 'c', name: 'oldest page', place: 'oldest' },
    { mark: 'd', name: 'a message, until sent', place: 'sent' },
  ];
  const times = (/** @type {'p50_ms' | 'p99_ms'} */ which, /** @type {string} */ title) =>
    lines({
      title,
      unit: 'ms',
      across,
      series: kinds.map(({ mark, name, place }) => ({
        mark,
        name,
        points: logs.map((/** @type {any} */ log) => ({ at: log.entries, value: log.times(place, which) })),
      })),
    });
  return sheet({
    title: 'What a longer log costs',
    says: [`Pages of ${results.measure('history').runs[duologue]?.[0].page} entries over the socket; each log in a database of its own.`, ...circumstances(results)],
    panels: [
      times('p50_ms', 'Half of them within (p50)'),
      times('p99_ms', '99 of 100 within (p99)'),
      lines({
        title: 'The server’s CPU for a page',
        unit: 'µs',
        across,
        series: [{ mark: 'a', name: 'a page', points: logs.map((/** @type {any} */ log) => ({ at: log.entries, value: log.cpu })) }],
      }),
    ],
  });
}

/** By the name of the file. @type {Record<string, (results: Results) => string>} */
export const drawings = { throughput, latency, memory, growth };
