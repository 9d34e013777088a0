import { slow, throttle } from './browser.mjs';
import { median } from './figures.mjs';

const loads = 5;

/** In the page, before anything of it: notes when what stands, and what moves afterwards. */
function watch() {
  const seen = (globalThis.bench = { first: NaN, largest: NaN, shift: 0, connected: NaN });
  const observe = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe('paint', (entry) => entry.name === 'first-contentful-paint' && (seen.first = entry.startTime));
  observe('largest-contentful-paint', (entry) => (seen.largest = entry.startTime));
  observe('layout-shift', (entry) => !entry.hadRecentInput && (seen.shift += entry.value));
  const look = new MutationObserver(() => {
    if (document.querySelector('nav [role="status"]')?.textContent !== 'Connected') return;
    seen.connected = performance.now();
    look.disconnect();
  });
  look.observe(document, { subtree: true, childList: true, characterData: true });
}

/** A conversation and a plain page, in turns, each in a browser that was never there and in one that was. */
export async function loading({ browser, plain, ann, bob }) {
  const cold = { page: [], plain: [] };
  const warm = { page: [], plain: [] };
  for (let load = 0; load < loads; load += 1) {
    const context = await browser.fresh(ann);
    cold.page.push(await loaded(context, bob.path, { isCached: false }));
    cold.plain.push(await loaded(context, plain.url, { isCached: false }));
    await context.close();
  }
  const context = await browser.fresh(ann);
  await loaded(context, bob.path, { isCached: true });
  for (let load = 0; load < loads; load += 1) {
    warm.page.push(await loaded(context, bob.path, { isCached: true }));
    warm.plain.push(await loaded(context, plain.url, { isCached: true }));
  }
  await context.close();
  return { slow, loads, cold: summed(cold), warm: summed(warm) };
}

async function loaded(context, address, { isCached }) {
  const page = await context.newPage();
  await throttle(page, slow);
  if (!isCached) {
    const session = await context.newCDPSession(page);
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  }
  await page.addInitScript(watch);
  await page.goto(address);
  // The plain page has nothing to connect.
  if (address.startsWith('/')) await page.waitForFunction(() => globalThis.bench.connected > 0);
  // Until late shifts had their chance, and until the observers were told.
  await page.waitForLoadState('networkidle');
  const seen = await page.evaluate(() => globalThis.bench);
  await page.close();
  return seen;
}

function summed({ page, plain }) {
  const of = (loads, key) => median(loads.map((load) => load[key]));
  const [first, plainFirst] = [of(page, 'first'), of(plain, 'first')];
  return {
    firstContentfulPaint: first,
    largestContentfulPaint: of(page, 'largest'),
    cumulativeLayoutShift: of(page, 'shift'),
    connected: of(page, 'connected'),
    plainFirstContentfulPaint: plainFirst,
    ratioToPlain: first / plainFirst,
  };
}
