// What is made of several runs, and how numbers are written. Everything that charts and tables say comes through here.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The one that as many are above as below; of an even number the upper one of the two. @param {number[]} values */
export function middle(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/**
 * @typedef {{ least: number, middle: number, most: number }} Spread
 * @typedef {{ name: string, program?: string, bench: string[], servers: Record<string, string[] | null>, runs: Record<string, any[]> }} Measured
 */

/** @param {number[]} values @returns {Spread} */
export function spread(values) {
  return { least: Math.min(...values), middle: middle(values), most: Math.max(...values) };
}

/** What was measured under a name. */
export class Results {
  /** @param {any} json as tools/bench.mjs writes it */
  constructor(json) {
    this.json = json;
  }

  /** Ends the tool with a sentence where there are none. @param {string} house @param {string} file */
  static from(house, file) {
    const path = resolve(house, file);
    if (existsSync(path)) return new Results(JSON.parse(readFileSync(path, 'utf8')));
    console.error(`there is no ${file}: make bench`);
    process.exit(1);
  }

  /** @param {string} name @returns {Measured} */
  measure(name) {
    const found = this.json.measures.find((/** @type {Measured} */ measure) => measure.name === name);
    if (!found) throw new Error(`there is no ${name} among the results: node tools/bench.mjs`);
    return found;
  }

  /** @param {string} name */
  servers(name) {
    return Object.keys(this.measure(name).servers);
  }

  /**
   * The same figure of all runs at one server.
   * @param {string} name @param {string} server @param {(report: any) => number} of
   */
  spread(name, server, of) {
    return spread((this.measure(name).runs[server] ?? []).map(of));
  }

  /** What one types to have the same. @param {string} name */
  command(name) {
    const { program, bench } = this.measure(name);
    return program ? `${program} ${bench.join(' ')} --folder DIR` : `duologue bench ${bench.join(' ')}`;
  }

  /** The lengths of logs, each with what was measured of it in all runs. */
  logs() {
    const runs = this.measure('history').runs.duologue ?? [];
    return runs[0].logs.map((/** @type {any} */ log, /** @type {number} */ place) => ({
      entries: log.entries,
      bytes: log.bytes_on_disk,
      /** @param {string} name @param {'p50_ms' | 'p99_ms'} which */
      times: (name, which) => spread(runs.map((run) => timesAt(run.logs[place], name)[which])),
      cpu: spread(runs.map((run) => run.logs[place].cpu_us_per_page)),
    }));
  }
}

/** @param {any} log @param {string} name */
function timesAt(log, name) {
  const found = [...log.pages, log.sent].find(({ place }) => place === name);
  if (!found) throw new Error(`there is no ${name} in the results`);
  return found;
}

/** With three digits that mean something, and thousands apart. @param {number} value */
export function short(value) {
  if (!Number.isFinite(value)) return '–';
  const rounded = Number(value.toPrecision(3));
  return rounded >= 1_000 ? grouped(rounded) : String(rounded);
}

/** @param {number} value */
export function grouped(value) {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ',');
}
