import { short, spread } from './figures.mjs';
import { isOfMessages } from './plan.mjs';

/** @type {[string, (report: any) => number][]} */
const columns = [
  ['messages/s', (report) => report.messages_per_s],
  ['CPU µs', (report) => report.cpu_us_per_message],
  ['p50 ms', (report) => report.p50_ms],
  ['p99 ms', (report) => report.p99_ms],
  ['p99.9 ms', (report) => report.p999_ms],
  ['bytes', (report) => report.bytes_per_connection],
  ['lost', (report) => report.lost],
];

/**
 * The middle of all runs, as soon as a measure is done; least and most are in the JSON.
 * @param {import('./figures.mjs').Measured | undefined} measured
 */
export function printMeasure(measured) {
  if (!measured || !isOfMessages(measured)) return;
  console.error(`${measured.name.padEnd(38)}${columns.map(([name]) => name.padStart(11)).join('')}`);
  for (const [server, runs] of Object.entries(measured.runs)) {
    const cells = columns.map(([, of]) => short(spread(runs.map(of)).middle).padStart(11));
    console.error(`  ${server.padEnd(36)}${cells.join('')}`);
  }
}
