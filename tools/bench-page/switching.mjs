import { isConnected, slow, throttle } from './browser.mjs';
import { spread } from './figures.mjs';
import { watchPaint } from './paint.mjs';

const switches = 100;

/** In the page: when a person clicks, by the time of the input itself. */
function watchClicks() {
  addEventListener('click', (event) => globalThis.bench.begin(event.timeStamp), { capture: true });
}

/** From a click on a row of the list to the frame that shows the other conversation. Both were open before. */
export async function switching({ browser, ann, bob, carol }) {
  const figures = {};
  for (const [kind, rate] of Object.entries({ unthrottled: 1, throttled: slow })) {
    const context = await browser.fresh(ann);
    const page = await context.newPage();
    await page.addInitScript(watchPaint);
    await page.addInitScript(watchClicks);
    await page.goto(bob.path);
    await isConnected(page);
    await switchTo(page, carol);
    await switchTo(page, bob);
    await throttle(page, rate);
    const took = [];
    for (let count = 0; count < switches; count += 1) took.push(await switchTo(page, count % 2 ? bob : carol));
    figures[kind] = spread(took);
    await context.close();
  }
  return figures;
}

async function switchTo(page, peer) {
  const log = `[role="log"][aria-label="Conversation with ${peer.name}"]`;
  await page.evaluate((row) => globalThis.bench.awaits(row, ''), `${log} li:last-of-type`);
  await page.getByRole('navigation').getByRole('link', { name: peer.name }).click();
  return page.evaluate(() => globalThis.bench.took());
}
