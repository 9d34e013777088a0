// What the design asks for, held against the middle of the runs.
import { short } from './figures.mjs';
import { duologue, isOfMessages } from './plan.mjs';

/** The server that the design wants to be no slower than. */
const rival = 'nodejs-websocket';
const fifth = 1.2;

/**
 * @typedef {{ what: string, asked: string, measured: string, isMet: boolean }} Goal
 * @param {import('./figures.mjs').Results} results
 * @returns {Goal[]}
 */
export function goals(results) {
  /** @type {(name: string, of: (report: any) => number, server?: string) => number} */
  const of = (name, figure, server = duologue) => results.spread(name, server, figure).middle;
  const rate = (/** @type {any} */ report) => report.messages_per_s;
  const cpu = (/** @type {any} */ report) => report.cpu_us_per_message;
  /** @type {(what: string, asked: string, unit: string, value: number, isMet: boolean) => Goal} */
  const goal = (what, asked, unit, value, isMet) => ({ what, asked, measured: `${short(value)}${unit}`, isMet });
  /** @type {(what: string, name: string, figure: (report: any) => number, least: number) => Goal} */
  const atLeast = (what, name, figure, least) => goal(what, `at least ${short(least)}/s`, '/s', of(name, figure), of(name, figure) >= least);
  /** @type {(what: string, name: string, figure: (report: any) => number, most: number, unit: string) => Goal} */
  const atMost = (what, name, figure, most, unit) => goal(what, `at most ${short(most)}${unit}`, unit, of(name, figure), of(name, figure) <= most);
  const [ours, theirs] = [of('window-16', rate), of('window-16', rate, rival)];
  const [ourCpu, theirCpu] = [of('window-16', cpu), of('window-16', cpu, rival)];
  const beside = of('idle', (report) => report.p99_ms / report.p99_ms_alone);
  const idle = of('idle', (report) => report.bytes_per_connection / 1024);
  const growth = slowest(results);
  const wrong = everything(results).reduce((/** @type {number} */ sum, /** @type {any} */ run) => sum + run.lost + run.repeated, 0);
  return [
    atLeast('window 16, delivered', 'window-16', rate, 75_000),
    atMost('window 16, CPU a message', 'window-16', cpu, 11, ' µs'),
    goal(`window 16, beside ${rival} in this run`, `at least its ${short(theirs)}/s`, '/s', ours, ours >= theirs),
    goal('the same, CPU a message', `at most its ${short(theirCpu)} µs`, ' µs', ourCpu, ourCpu <= theirCpu),
    atLeast('window 1, delivered', 'window-1', rate, 16_000),
    atMost('window 1, CPU a message', 'window-1', cpu, 60, ' µs'),
    atMost('1,000 a second, p50', 'rate-1000', (report) => report.p50_ms, 0.5, ' ms'),
    atMost('1,000 a second, p99', 'rate-1000', (report) => report.p99_ms, 2, ' ms'),
    // Few of them take what the server had let go of before, which shows as nothing.
    goal('an idle connection', 'at most 12 KiB', ' KiB', idle, idle > 0 && idle <= 12),
    goal('p99 of a pair beside them', `at most ${fifth} times its p99 alone`, ' times', beside, beside <= fifth),
    atMost('1,000 missed entries', 'burst', (report) => report.p50_ms, 5, ' ms'),
    goal(`a page of the longest log (${growth.place})`, `at most ${fifth} times one of the shortest`, ' times', growth.times, growth.times <= fifth),
    { what: 'lost or doubled, in all of these runs', asked: '0', measured: String(wrong), isMet: wrong === 0 },
  ];
}

/** The kind of page whose p50 grows most from the shortest log to the longest. @param {import('./figures.mjs').Results} results */
function slowest(results) {
  const logs = results.logs();
  const places = results.measure('history').runs[duologue]?.[0].logs[0].pages.map((/** @type {any} */ { place }) => place) ?? [];
  const p50 = (/** @type {any} */ log, /** @type {string} */ place) => log.times(place, 'p50_ms').middle;
  const grown = places.map((/** @type {string} */ place) => ({ place, times: p50(logs.at(-1), place) / p50(logs[0], place) }));
  return grown.reduce((/** @type {any} */ most, /** @type {any} */ one) => (one.times > most.times ? one : most));
}

/** All runs of Duologue in which messages went from one to another. @param {import('./figures.mjs').Results} results */
function everything({ json }) {
  return json.measures.filter(isOfMessages).flatMap((/** @type {any} */ { runs }) => runs[duologue]);
}
