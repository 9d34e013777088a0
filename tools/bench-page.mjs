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
const server = await within(minutes, 'starting the server', serve());
const plain = await baseline();
const browser = await within(minutes, 'starting Chromium', Browser.starts());
try {
  const world = { browser, plain, ...(await within(5 * minutes, 'filling the conversations', people(server.url))) };
  const figures = {
    machine: { cores: cpus().length, cpu: cpus()[0]?.model.trim(), chromium: browser.version, node: process.version },
    firstVisit: await within(minutes, 'the first visit', firstVisit(world)),
    loading: await within(5 * minutes, 'loading', loading(world)),
    incoming: await within(10 * minutes, 'incoming messages', incoming(world)),
    switching: await within(5 * minutes, 'switching', switching(world)),
    scrolling: await within(10 * minutes, 'scrolling', scrolling(world)),
  };
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures, undefined, 2));
  else print(figures);
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
