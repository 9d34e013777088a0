import { isConnected, slow, throttle } from './browser.mjs';
import { spread } from './figures.mjs';
import { watchPaint } from './paint.mjs';

const messages = 1_000;

/** In the page, before its own script: when a frame with an entry comes. Ours is the first listener of each socket. */
function watchSocket() {
  const Native = WebSocket;
  globalThis.WebSocket = class extends Native {
    constructor(...how) {
      super(...how);
      this.addEventListener('message', ({ data }) => {
        if (typeof data === 'string' && data.includes('"type":"entry"')) globalThis.bench.begin(performance.now());
      });
    }
  };
}

/** From the socket's event to the frame that shows the row: one message after the other, by the other person's program. */
export async function incoming({ browser, ann, bob }) {
  const figures = {};
  for (const [kind, rate] of Object.entries({ unthrottled: 1, throttled: slow })) {
    const context = await browser.fresh(ann);
    const page = await context.newPage();
    await page.addInitScript(watchPaint);
    await page.addInitScript(watchSocket);
    await page.goto(bob.path);
    await isConnected(page);
    // What came before may be unread, and then one begins there.
    await page.getByRole('log').press('End');
    await throttle(page, rate);
    const took = [];
    for (let message = 1; message <= messages; message += 1) {
      const text = `Number ${message} of ${messages}, ${kind}.`;
      await page.evaluate((text) => globalThis.bench.awaits('[role="log"] li:last-of-type', text), text);
      await bob.program.says('ann', text);
      took.push(await page.evaluate(() => globalThis.bench.took()));
    }
    figures[kind] = spread(took);
    await context.close();
  }
  return figures;
}
