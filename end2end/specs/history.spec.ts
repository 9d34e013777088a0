import { expect, test } from '../test.ts';
import type { Locator } from '@playwright/test';
import type { Person } from '../person.ts';

/** A thousand messages take too long by hand: the page's session writes them over a socket of its own. */
async function writesAThousand(ann: Person, bob: Person): Promise<void> {
  await ann.page.evaluate(async (peer) => {
    const count = 1_000;
    const inFlight = 100;
    const burst = Date.now().toString(36);
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws`, 'duologue.v1');
    let next = 1;
    let answered = 0;
    const send = () => {
      const id = `${burst}-${String(next).padStart(4, '0')}`;
      socket.send(JSON.stringify({ type: 'send', id, peer, body: `Line ${next} of a thousand.` }));
      next += 1;
    };
    await new Promise<void>((done, failed) => {
      socket.onclose = (event) => failed(new Error(`closed with ${event.code} after ${answered}`));
      socket.onmessage = (event) => {
        const frame = JSON.parse(event.data as string);
        if (frame.type === 'error') failed(new Error(event.data as string));
        if (frame.type === 'welcome') while (next <= inFlight) send();
        if (frame.type !== 'sent') return;
        answered += 1;
        if (answered === count) done();
        else if (next <= count) send();
      };
    });
    socket.onclose = null;
    socket.close();
  }, bob.username);
}

/** What the oldest row on the page says: older ones may come in front of it at any moment. */
async function oldest(ann: Person): Promise<{ number: number; row: Locator }> {
  const text = await ann.messages().first().textContent();
  const number = Number(/Line (\d+) of/.exec(text ?? '')?.[1]);
  return { number, row: ann.message(`Line ${number} of`) };
}

/** At the start of a test the newest stand on the page, and the thousand are behind them. */
async function opensTheThousand(ann: Person, bob: Person): Promise<void> {
  await writesAThousand(ann, bob);
  await ann.leaves();
  await ann.returns(bob);
  await expect(ann.message('Line 1000 of')).toBeInViewport();
}

test('a thousand messages can be read back to the first one', async ({ ann, bob }) => {
  test.setTimeout(120_000);
  await opensTheThousand(ann, bob);
  await ann.log().hover();
  await expect(async () => {
    await ann.page.mouse.wheel(0, -4_000);
    await expect(ann.message('Line 1 of')).toBeInViewport({ timeout: 250 });
  }).toPass({ timeout: 90_000, intervals: [0] });
  const texts = await ann.messages().allTextContents();
  const numbers = texts.map((text) => Number(/Line (\d+) of/.exec(text)?.[1]));
  expect(numbers).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
});

test('what one reads stays where it is while older ones come', async ({ ann, bob }) => {
  await opensTheThousand(ann, bob);
  const { number, row } = await oldest(ann);
  const jump = await row.evaluate(
    (element, earlier) =>
      new Promise<number>((found) => {
        const top = () => element.getBoundingClientRect().top;
        let before = 0;
        const look = () => {
          const hasOlder = element.closest('[role="log"]')?.textContent?.includes(earlier);
          // What a person sees is what is painted at the end of this frame.
          if (hasOlder) return requestAnimationFrame(() => found(Math.abs(top() - before)));
          before = top();
          requestAnimationFrame(look);
        };
        element.scrollIntoView({ block: 'start' });
        before = top();
        requestAnimationFrame(look);
      }),
    `Line ${number - 1} of`,
  );
  expect(jump).toBeLessThanOrEqual(24);
});

test('a button leads from the past to the newest', async ({ ann, bob }) => {
  await opensTheThousand(ann, bob);
  await ann.log().hover();
  await expect(async () => {
    await ann.page.mouse.wheel(0, -4_000);
    await expect(ann.message('Line 800 of')).toBeAttached({ timeout: 250 });
  }).toPass({ timeout: 30_000, intervals: [0] });
  await ann.page.getByRole('button', { name: /^To the newest/ }).click();
  await expect(ann.message('Line 1000 of')).toBeInViewport();
  await expect(ann.page.getByRole('button', { name: /^To the newest/ })).toBeHidden();
});
