import { isConnected } from './browser.mjs';
import { long } from './people.mjs';

/** A turn of the wheel, in CSS pixels. */
const turn = 1_500;
/** How long one reads back at most: where the page becomes too slow, how far it came is the figure. */
const patience = 5 * 60_000;

/** How fast people scroll, in CSS pixels a second: some screens. */
const paces = [2_000, 4_000, 8_000];
/** How long at each of them, in seconds. */
const span = 10;

/** In the page: frames, long tasks and rows, from now on. */
function watch() {
  const seen = (globalThis.bench = { longTasks: [], frames: 0, dropped: 0, mostRows: 0 });
  const note = (list) => list.getEntries().forEach((task) => seen.longTasks.push(task.duration));
  new PerformanceObserver(note).observe({ type: 'longtask' });
  const rows = document.querySelector('[role="log"]').getElementsByTagName('li');
  let last;
  const frame = (now) => {
    if (globalThis.bench !== seen) return;
    // Chromium without a screen paints 60 times a second.
    const due = last === undefined ? 1 : Math.max(1, Math.round((now - last) / (1000 / 60)));
    seen.frames += 1;
    seen.dropped += due - 1;
    seen.mostRows = Math.max(seen.mostRows, rows.length);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** In the page, before its own script: keeps the WASM's memory in sight. It is no part of what Chromium calls the heap. */
function watchMemory() {
  for (const how of ['instantiate', 'instantiateStreaming']) {
    const native = WebAssembly[how];
    WebAssembly[how] = async (...what) => {
      const made = await native.apply(WebAssembly, what);
      globalThis.benchMemory = (made.instance ?? made).exports.memory;
      return made;
    };
  }
}

/** What the oldest row on the page is. */
function oldest() {
  for (const row of document.querySelectorAll('[role="log"] li')) {
    const number = /Entry (\d+) of/.exec(row.textContent)?.[1];
    if (number) return Number(number);
  }
  return Infinity;
}

/** Turns the wheel as one who reads back does, evenly, and answers what became of the frames. */
async function atPace(page, pace) {
  await page.evaluate(watch);
  const started = performance.now();
  const passed = () => (performance.now() - started) / 1000;
  for (let turned = 0; passed() < span; ) {
    const due = Math.round(passed() * pace) - turned;
    if (due > 0) await page.mouse.wheel(0, -due);
    turned += due;
    await new Promise((soon) => setTimeout(soon, 8));
  }
  return frames(await page.evaluate(() => globalThis.bench));
}

function frames({ longTasks, frames, dropped, mostRows }) {
  const sum = longTasks.reduce((a, b) => a + b, 0);
  return {
    longTasks: { count: longTasks.length, longest: Math.max(0, ...longTasks), sum },
    frames,
    droppedRatio: dropped / (frames + dropped),
    mostRows,
  };
}

/** From the newest to the oldest of a long conversation, by the wheel: as people do, then as fast as the wheel turns. */
export async function scrolling({ browser, ann, dave }) {
  const context = await browser.fresh(ann);
  const page = await context.newPage();
  await page.addInitScript(watchMemory);
  await page.goto(dave.path);
  await isConnected(page);
  await page.getByRole('log').hover();
  const reading = {};
  for (const pace of paces) reading[pace] = await atPace(page, pace);
  await page.evaluate(watch);
  const started = performance.now();
  let reached = Infinity;
  while (reached > 1 && performance.now() - started < patience) {
    await page.mouse.wheel(0, -turn);
    reached = await page.evaluate(oldest);
  }
  const seconds = (performance.now() - started) / 1000;
  const rest = frames(await page.evaluate(() => globalThis.bench));
  const session = await context.newCDPSession(page);
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const wasm = await page.evaluate(() => globalThis.benchMemory.buffer.byteLength);
  await context.close();
  return { entries: long, reading, seconds, reached, ...rest, memory: { heap: usedSize, wasm } };
}
