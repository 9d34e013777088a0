import type { Page } from '@playwright/test';
import { numbered, saysMany } from '../many.ts';
import { Person } from '../person.ts';
import { expect, test } from '../test.ts';

const screens = { phone: { width: 375, height: 740 }, desk: { width: 1440, height: 900 } };

/** The numbers of the lines that stand in the document, in their order, and how many rows there are with them. */
async function standing(person: Person): Promise<{ numbers: number[]; rows: number }> {
  const texts = await person.log().getByRole('listitem').allTextContents();
  const numbers = texts.map((text) => /Line (\d+) of/.exec(text)?.[1]).filter((number) => number !== undefined);
  return { numbers: numbers.map(Number), rows: texts.length };
}

function isWithoutHoles(numbers: number[]): boolean {
  return numbers.every((number, index) => index === 0 || number === numbers[index - 1]! + 1);
}

/** Turns the wheel, and waits for what it does: on a busy machine several turns would be one, and lead past what is looked at. */
async function turns(person: Person, by: number): Promise<void> {
  const place = () => person.log().evaluate((log) => log.scrollTop);
  const before = await place();
  await person.page.mouse.wheel(0, by);
  // At the end nothing moves any more.
  await expect.poll(place, { timeout: 1_000, intervals: [10] }).not.toBe(before).catch(() => {});
}

/** Scrolls in one direction until the line is on screen, and looks at every step. Answers all numbers that were seen. */
async function reads(person: Person, way: -1 | 1, until: string): Promise<Set<number>> {
  // Hundreds of messages by the wheel take half a minute where nothing else runs.
  test.slow();
  const seen = new Set<number>();
  await person.log().hover();
  await expect(async () => {
    await turns(person, way * 2_500);
    const { numbers, rows } = await standing(person);
    expect(rows).toBeLessThanOrEqual(300);
    expect(isWithoutHoles(numbers), `${numbers}`).toBe(true);
    for (const number of numbers) seen.add(number);
    await expect(person.message(until)).toBeInViewport({ timeout: 150 });
  }).toPass({ timeout: 120_000, intervals: [0] });
  return seen;
}

for (const [screen, viewport] of Object.entries(screens)) {
  test.describe(`at a ${screen}`, () => {
    test.use({ viewport });

    test('hundreds of messages are read to the first and back, a part of them in the document', async ({ ann, bob }) => {
      test.setTimeout(120_000);
      await saysMany(ann, bob, numbered(700));
      await ann.leaves();
      await ann.returns(bob);
      await expect(ann.message('Line 700 of')).toBeInViewport();
      const back = await reads(ann, -1, 'Line 1 of');
      expect(back.size).toBe(700);
      await expect(ann.message('Line 700 of')).toHaveCount(0);
      const forth = await reads(ann, 1, 'Line 700 of');
      expect(forth.size).toBe(700);
    });

    test('a conversation opens at the first that was not read', async ({ ann, bob }) => {
      await saysMany(ann, bob, numbered(60));
      await expect(bob.row(ann)).toHaveAccessibleName(/60 unread/);
      await bob.returnsToConversationWith(ann);
      await expect(bob.log().getByText('60 new')).toBeInViewport();
      await expect(bob.message('Line 1 of')).toBeInViewport();
      await expect(bob.message('Line 60 of')).not.toBeInViewport();
      await expect(bob.page.getByRole('button', { name: /unread To the newest/ })).toBeVisible();
    });

    test('what was not read is found behind a page that is not loaded', async ({ ann, bob }) => {
      await saysMany(ann, bob, numbered(330));
      await expect(bob.row(ann)).toHaveAccessibleName(/330 unread/);
      await bob.returnsToConversationWith(ann);
      await expect(bob.log().getByText('330 new')).toBeInViewport();
      await expect(bob.message('Line 1 of')).toBeInViewport();
      expect((await standing(bob)).rows).toBeLessThanOrEqual(300);
    });
  });
}

test('on a phone, too, a long message that was not read is begun at its beginning', async ({ ann, bob }) => {
  await bob.page.setViewportSize({ width: 375, height: 740 });
  const long = Array.from({ length: 30 }, (_, line) => `Line ${line + 1} of a long letter.`).join('\n');
  await saysMany(ann, bob, [{ body: long }, ...numbered(20)]);
  await expect(bob.row(ann)).toHaveAccessibleName(/21 unread/);
  await bob.returnsToConversationWith(ann);
  await expect(bob.log().getByText('21 new')).toBeInViewport();
  await expect(bob.message('Line 20 of 20')).not.toBeInViewport();
  // The rows have their heights some frames later.
  const nextFrame = () => bob.page.evaluate(() => new Promise(requestAnimationFrame));
  for (let frame = 0; frame < 3; frame += 1) await nextFrame();
  await expect(bob.log().getByText('21 new')).toBeInViewport();
});

test('the next frame after a click shows the other conversation', async ({ ann, bob, browser, server }) => {
  const carl = await Person.registers(browser, server.url, 'Carl');
  for (const peer of [bob, carl]) await saysMany(ann, peer, [...numbered(80), { body: `Hello ${peer.name}.` }]);
  // Both are known from now on.
  for (const peer of [bob, carl, bob]) {
    await ann.returnsToConversationWith(peer);
    await expect(ann.message(`Hello ${peer.name}.`)).toBeInViewport();
  }
  const shown = ann.row(carl).evaluate((link: HTMLElement) => {
    link.click();
    // This runs before that frame is painted.
    const shown = () => document.querySelector('[role="log"]')?.textContent ?? '';
    return new Promise<string>((next) => requestAnimationFrame(() => next(shown())));
  });
  expect(await shown).toContain('Hello Carl.');
  await carl.context.close();
});

test('a few that were not read all stand on the screen, the newest below', async ({ ann, bob }) => {
  await saysMany(ann, bob, numbered(3));
  await bob.returnsToConversationWith(ann);
  await expect(bob.log().getByText('3 new')).toBeInViewport();
  await expect(bob.message('Line 3 of')).toBeInViewport();
});

test('the way to the newest says how many came meanwhile', async ({ ann, bob }) => {
  await saysMany(ann, bob, numbered(100));
  await bob.returnsToConversationWith(ann);
  await bob.page.getByRole('button', { name: /To the newest$/ }).click();
  await expect(bob.row(ann)).not.toHaveAccessibleName(/unread/);
  await bob.log().hover();
  await bob.page.mouse.wheel(0, -1_500);
  const button = bob.page.getByRole('button', { name: /To the newest$/ });
  await expect(button).toHaveAccessibleName('To the newest');
  await ann.opensConversationWith(bob);
  await ann.says('One more below.');
  await ann.says('And another.');
  await expect(button).toHaveAccessibleName('2 unread To the newest');
  await expect(bob.message('And another.')).not.toBeInViewport();
  await button.click();
  await expect(bob.message('And another.')).toBeInViewport();
  await expect(bob.log()).toBeFocused();
});

test('what one missed pushes nothing out that one reads', async ({ ann, bob }) => {
  await saysMany(ann, bob, numbered(60));
  await expect(bob.row(ann)).toHaveAccessibleName(/60 unread/);
  await bob.returnsToConversationWith(ann);
  await expect(bob.log().getByText('60 new')).toBeInViewport();
  await bob.goesOffline();
  await saysMany(ann, bob, numbered(250));
  await bob.comesBack();
  await expect(bob.page.getByRole('button', { name: /To the newest$/ })).toHaveAccessibleName(/^(2[5-9]|3)\d unread/);
  await expect(bob.log().getByText('60 new')).toBeInViewport();
  await expect(bob.message('Line 1 of 60.')).toBeInViewport();
  await reads(bob, 1, 'Line 250 of 250.');
});

test('nothing comes and goes while what waits stands below what one reads', async ({ ann, bob }) => {
  await saysMany(bob, ann, numbered(300));
  await bob.opensConversationWith(ann);
  await reads(bob, -1, 'Line 1 of 300.');
  await bob.goesOffline();
  await bob.says('Not sent yet.');
  await reads(bob, -1, 'Line 1 of 300.');
  const changes = bob.log().evaluate(async (log) => {
    log.scrollTop = -400;
    for (let frame = 0; frame < 10; frame += 1) await new Promise(requestAnimationFrame);
    let changes = 0;
    new MutationObserver((records) => (changes += records.length)).observe(log, { childList: true, subtree: true });
    for (let frame = 0; frame < 30; frame += 1) await new Promise(requestAnimationFrame);
    return changes;
  });
  expect(await changes).toBe(0);
  await bob.page.getByRole('button', { name: /To the newest$/ }).click();
  await expect(bob.message('Not sent yet.')).toBeInViewport();
});

test('who writes while reading further up is taken to the newest', async ({ ann, bob }) => {
  await saysMany(ann, bob, numbered(200));
  await ann.opensConversationWith(bob);
  await reads(ann, -1, 'Line 20 of');
  await ann.says('Back to today.');
  await expect(ann.message('Back to today.')).toBeInViewport();
});

test('a quoted line leads to the message, however far above', async ({ ann, bob }) => {
  const [first] = await saysMany(bob, ann, [{ body: 'Once upon a time.' }]);
  await saysMany(bob, ann, [...numbered(600), { body: 'As I said at the beginning.', reply_to: first }]);
  await ann.opensConversationWith(bob);
  await ann.page.getByRole('button', { name: /To the newest$/ }).click();
  await ann.message('As I said at the beginning.').getByRole('link').click();
  const beginning = ann.messages().filter({ hasText: 'Once upon a time.' }).first();
  await expect(beginning).toBeInViewport();
  await expect(beginning).toBeFocused();
  expect((await standing(ann)).rows).toBeLessThanOrEqual(300);
  const forth = await reads(ann, 1, 'As I said at the beginning.');
  expect(forth.size).toBe(600);
});

test('a quoted line that is not on this device says so without a link', async ({ ann, bob }) => {
  const [first] = await saysMany(ann, bob, numbered(300));
  await saysMany(ann, bob, [{ body: 'As I said at the beginning.', reply_to: first }]);
  await ann.opensConversationWith(bob);
  await expect(ann.message('As I said')).toBeInViewport();
  await ann.goesOffline();
  await ann.message('As I said').getByRole('link').click();
  const sentence = ann.page.getByRole('alert').filter({ hasText: 'This message cannot be reached now.' });
  await expect(sentence).toBeVisible();
  // A nudge, as a banner gives it that comes meanwhile, leaves it; who goes elsewhere has read it.
  const scrolls = (by: number) =>
    ann.log().evaluate(async (log, by) => {
      const scrolled = new Promise((resolve) => log.addEventListener('scroll', resolve, { once: true }));
      log.scrollBy(0, by);
      await scrolled;
      for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    }, by);
  await scrolls(-40);
  await expect(sentence).toBeVisible();
  await scrolls(-400);
  await expect(sentence).toBeHidden();
});

test('a conversation in which nothing was said yet says so', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await expect(ann.log().getByText('Nothing was said yet.')).toBeVisible();
  await ann.says('Now there is.');
  await expect(ann.log().getByText('Nothing was said yet.')).toBeHidden();
});

test('a name that nobody has leads on', async ({ ann }) => {
  await ann.page.goto('/with/nobody-at-all-7k3');
  await expect(ann.page.getByRole('alert')).toContainText('There is nobody of this name here.');
  await ann.page.getByRole('main').getByRole('link', { name: 'New conversation' }).click();
  await expect(ann.heading()).toHaveText('Who do you want to talk to?');
});

const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000);

/** The page of the same person in another language, on the day after. */
async function onTheNextDay(person: Person, locale: string): Promise<Page> {
  const storageState = await person.context.storageState();
  const context = await person.context.browser()!.newContext({ storageState, locale, timezoneId: 'UTC', baseURL: person.url });
  const page = await context.newPage();
  await page.clock.setFixedTime(tomorrow);
  return page;
}

for (const [locale, names] of Object.entries({
  'en-GB': { yesterday: 'Yesterday', weekday: { weekday: 'short' } as const, language: 'en-GB' },
  'zh-CN': { yesterday: '昨天', weekday: { weekday: 'short' } as const, language: 'zh-Hans' },
})) {
  test(`days and times are written as in ${locale}`, async ({ ann, bob }) => {
    await ann.opensConversationWith(bob);
    await ann.says('What day is it?');
    await expect(ann.log().getByText(/^Today, \w+day \d+ \w+$/)).toBeVisible();
    const page = await onTheNextDay(ann, locale);
    await page.goto(`/with/${bob.username}`);
    const today = new Date();
    const day = today.toLocaleDateString(names.language, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
    const log = page.getByRole('log');
    await expect(log.getByText(new RegExp(`^${names.yesterday}.+${day}$`))).toBeVisible();
    const weekday = today.toLocaleDateString(names.language, { ...names.weekday, timeZone: 'UTC' });
    await expect(page.getByRole('navigation').getByRole('link', { name: 'Bob' })).toContainText(weekday);
    await expect(log.getByText(/^\d\d:\d\d$/)).toBeVisible();
    await page.context().close();
  });
}

test('nothing moves when the page comes to life', async ({ ann, bob }) => {
  await saysMany(ann, bob, numbered(30));
  await ann.leaves();
  const page = await ann.context.newPage();
  await page.addInitScript(() => {
    const moved: number[] = [];
    Object.assign(window, { moved });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) moved.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(`/with/${bob.username}`);
  await expect(page.getByRole('navigation').getByRole('status')).toHaveText('Connected');
  const moved = await page.evaluate(() => (window as unknown as { moved: number[] }).moved.reduce((sum, one) => sum + one, 0));
  expect(moved).toBeLessThan(0.01);
});
