import { isConnected } from './browser.mjs';

const kinds = {
  'text/html': 'HTML',
  'text/css': 'CSS',
  'text/javascript': 'JS',
  'application/wasm': 'WASM',
  'image/svg+xml': 'icons',
};

/**
 * What a browser that was never here fetches for one conversation: `raw` as the page sees it, `wire` as it came, without
 * the headers.
 */
export async function firstVisit({ browser, ann, bob }) {
  const context = await browser.fresh(ann);
  const finished = [];
  context.on('requestfinished', (request) => finished.push(request));
  const page = await context.newPage();
  await page.goto(bob.path);
  await isConnected(page);
  await page.waitForLoadState('networkidle');
  const found = Object.fromEntries([...Object.values(kinds), 'other'].map((kind) => [kind, { requests: 0, raw: 0, wire: 0 }]));
  for (const request of finished) {
    const response = await request.response();
    const { responseBodySize: wire } = await request.sizes();
    const type = (response.headers()['content-type'] ?? '').split(';')[0];
    const sum = found[kinds[type] ?? 'other'];
    sum.requests += 1;
    sum.raw += (await response.body()).length;
    sum.wire += wire;
  }
  await context.close();
  return found;
}
