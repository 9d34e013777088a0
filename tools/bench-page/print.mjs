const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
const mib = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
const percent = (ratio) => `${(ratio * 100).toFixed(1)} %`;
const row = (name, ...cells) => console.log(`  ${name.padEnd(46)}${cells.map((cell) => cell.padStart(13)).join('')}`);
const head = (name, ...cells) => console.log(`\n${name.padEnd(48)}${cells.map((cell) => cell.padStart(13)).join('')}`);

/** How each measure is told to people, as soon as it was taken. */
export const print = {
  machine: printMachine,
  firstVisit: printFirstVisit,
  loading: printLoading,
  incoming: (kinds) => printSpreads('one incoming message, from socket to paint', kinds),
  switching: (kinds) => printSpreads('switching conversations, from click to paint', kinds),
  scrolling: printScrolling,
};

function printMachine({ chromium, cores, cpu }) {
  console.log(`The page, in Chromium ${chromium} on ${cores} cores (${cpu}).`);
  console.log('Figures are for comparison on one machine: before and after a change, or with the plain page beside it.');
}

function printFirstVisit(kinds) {
  head('first visit of a conversation', 'requests', 'raw', 'on the wire');
  const total = { requests: 0, raw: 0, wire: 0 };
  for (const [kind, { requests, raw, wire }] of Object.entries(kinds).filter(([, { requests }]) => requests > 0)) {
    row(kind, String(requests), kib(raw), kib(wire));
    total.requests += requests;
    total.raw += raw;
    total.wire += wire;
  }
  row('all', String(total.requests), kib(total.raw), kib(total.wire));
}

function printLoading({ slow, loads, cold, warm }) {
  head(`loading, CPU slowed ${slow} times, median of ${loads}`, 'cold', 'warm');
  const line = (name, key, format) => row(name, format(cold[key]), format(warm[key]));
  line('first contentful paint', 'firstContentfulPaint', ms);
  line('largest contentful paint', 'largestContentfulPaint', ms);
  line('interactive: hydrated and connected', 'connected', ms);
  line('cumulative layout shift', 'cumulativeLayoutShift', (value) => value.toFixed(4));
  line('a plain page of 500 rows: first paint', 'plainFirstContentfulPaint', ms);
  line('first paint, against the plain page', 'ratioToPlain', (value) => `${value.toFixed(2)} times`);
}

function printSpreads(name, kinds) {
  head(name, 'count', 'p50', 'p99', 'most');
  for (const [kind, { count, p50, p99, most }] of Object.entries(kinds)) row(kind, String(count), ms(p50), ms(p99), ms(most));
}

function printScrolling({ entries, reading, reached, seconds, longTasks, frames, droppedRatio, mostRows, memory }) {
  head(`scrolling back through ${entries} entries`, 'frames', 'dropped', 'long tasks', 'longest');
  for (const [pace, { frames, droppedRatio, longTasks }] of Object.entries(reading)) {
    row(`at ${pace} px a second`, String(frames), percent(droppedRatio), String(longTasks.count), ms(longTasks.longest));
  }
  head('the rest of them, as fast as the wheel turns');
  row('oldest entry that was reached', String(reached));
  row('took', `${seconds.toFixed(1)} s`);
  row('long tasks (above 50 ms)', String(longTasks.count));
  row('the longest of them, and their sum', ms(longTasks.longest), ms(longTasks.sum));
  row('frames, and the part that was dropped', String(frames), percent(droppedRatio));
  row('most rows in the document at once', String(mostRows));
  row('memory: heap of the script, and WASM', mib(memory.heap), mib(memory.wasm));
}
