import { numbered, saysMany } from '../many.ts';
import { expect, test } from '../test.ts';
import type { Locator } from '@playwright/test';
import type { Person } from '../person.ts';

/** What the oldest row on the page says: older ones may come in front of it at any moment. */
async function oldest(ann: Person): Promise<{ number: number; row: Locator }> {
  const text = await ann.messages().first().textContent();
  const number = Number(/Line (\d+) of/.exec(text ?? '')?.[1]);
  return { number, row: ann.message(`Line ${number} of`) };
}

/** At the start of a test the newest stand on the page, and the thousand are behind them. */
async function opensTheThousand(ann: Person, bob: Person): Promise<void> {
  await saysMany(ann, bob, numbered(1_000));
  await ann.leaves();
  await ann.returns(bob);
  await expect(ann.message('Line 1000 of')).toBeInViewport();
}

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
    await expect(ann.message('Line 700 of')).toBeAttached({ timeout: 250 });
  }).toPass({ timeout: 30_000, intervals: [0] });
  await ann.page.getByRole('button', { name: /^To the newest/ }).click();
  await expect(ann.message('Line 1000 of')).toBeInViewport();
  await expect(ann.page.getByRole('button', { name: /^To the newest/ })).toBeHidden();
});
