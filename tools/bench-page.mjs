// Measures the page as a person meets it: node tools/bench-page.mjs [--json]
// Facts and no verdicts. It runs the built server on a port and a data folder of its own, and ends both.
// DUOLOGUE_BIN names another server than the release.
import { cpus } from 'node:os';
import { baseline } from './bench-page/baseline.mjs';
import { firstVisit } from './bench-page/bytes.mjs';
import { Browser } from './bench-page/browser.mjs';
import { incoming } from './bench-page/incoming.mjs';
import { loading } from './bench-page/loading.mjs';
import { print } from './bench-page/print.mjs';
import { scrolling } from './bench-page/scrolling.mjs';
import { people } from './bench-page/people.mjs';
import { serve } from './bench-page/serve.mjs';
import { switching } from './bench-page/switching.mjs';
import { within } from './bench-page/within.mjs';

const minutes = 60_000;
const isForPrograms = process.argv.includes('--json');
const server = await within(minutes, 'starting the server', serve());
const plain = await baseline();
const browser = await within(minutes, 'starting Chromium', Browser.starts());
try {
  const world = { browser, plain, ...(await within(5 * minutes, 'filling the conversations', people(server.url))) };
  const measures = {
    machine: [1, async () => ({ cores: cpus().length, cpu: cpus()[0]?.model.trim(), chromium: browser.version, node: process.version })],
    firstVisit: [1, firstVisit],
    loading: [5, loading],
    switching: [5, switching],
    scrolling: [10, scrolling],
    // Last: it leaves much unread, and a conversation opens there.
    incoming: [10, incoming],
  };
  const figures = {};
  for (const [name, [limit, measure]] of Object.entries(measures)) {
    figures[name] = await within(limit * minutes, name, measure(world));
    if (!isForPrograms) print[name](figures[name]);
  }
  if (isForPrograms) console.log(JSON.stringify(figures, undefined, 2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await browser.ends();
  await plain.ends();
  await server.ends();
}
// What a measure that was given up still waits for must not keep the tool alive.
process.exit();
