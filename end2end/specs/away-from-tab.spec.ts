import type { Page } from '@playwright/test';
import { expect, test } from '../test.ts';
import { Person } from '../person.ts';

/** What a browser was made to do about a message, in order. */
interface Done {
  what: 'sounded' | 'notified' | 'closed' | 'asked';
  title?: string;
  body?: string;
  tag?: string;
}

declare global {
  interface Window {
    done: Done[];
    looksAway: boolean;
    /** How many messages it was decided about, whatever was decided. */
    decided: number;
    notifications: EventTarget[];
  }
}

/** From the next page on: a browser that may notify, whose sounds and notifications are written down. */
async function records(person: Person): Promise<void> {
  await person.context.addInitScript(() => {
    // The empty page of a new tab has no locks.
    if (!isSecureContext) return;
    window.done = [];
    window.decided = 0;
    window.notifications = [];
    document.hasFocus = () => !window.looksAway;
    window.AudioContext = class extends AudioContext {
      constructor() {
        super();
        window.done.push({ what: 'sounded' });
      }
    };
    class Notification extends EventTarget {
      static permission = 'granted';
      static requestPermission(): Promise<string> {
        window.done.push({ what: 'asked' });
        return Promise.resolve('granted');
      }
      constructor(title: string, options: { body: string; tag: string }) {
        super();
        window.done.push({ what: 'notified', title, body: options.body, tag: options.tag });
        window.notifications.push(this);
      }
      close(): void {
        window.done.push({ what: 'closed' });
      }
    }
    Object.assign(window, { Notification });
    // The page has asked whether another tab is looked at: its next step is to ring or not, and this comes after it.
    const query = navigator.locks.query.bind(navigator.locks);
    navigator.locks.query = async () => {
      const answer = await query();
      setTimeout(() => (window.decided += 1));
      return answer;
    };
  });
  await person.reloads();
}

async function looksAway(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.looksAway = true;
    window.dispatchEvent(new Event('blur'));
  });
}

async function wantsNotifications(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem('notify', 'on'));
}

async function done(page: Page): Promise<Done[]> {
  return page.evaluate(() => window.done);
}

async function notified(page: Page): Promise<Done[]> {
  return (await done(page)).filter(({ what }) => what === 'notified');
}

async function sounds(page: Page): Promise<number> {
  return (await done(page)).filter(({ what }) => what === 'sounded').length;
}

async function hasDecided(page: Page, messages: number): Promise<void> {
  await expect.poll(() => page.evaluate(() => window.decided)).toBe(messages);
}

/** The icon of the tab, which has no role. */
async function icon(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.head.querySelector('link[rel=icon]')?.getAttribute('href'));
}

test('title and icon count what is unread, until it was read on any device', async ({ ann, bob, browser }) => {
  const elsewhere = await bob.alsoAt(browser);
  await elsewhere.isConnected();
  await expect(bob.page).toHaveTitle('Duologue');
  await ann.opensConversationWith(bob);
  await ann.says('Are you there?');
  await ann.says('It is about the boat.');
  for (const person of [bob, elsewhere]) {
    await expect(person.page).toHaveTitle('(2) Duologue');
    await expect.poll(() => icon(person.page)).toBe('/favicon-unread.svg');
  }
  await elsewhere.returnsToConversationWith(ann);
  for (const [person, title] of [[bob, 'Duologue'], [elsewhere, 'Ann · Duologue']] as const) {
    await expect(person.page).toHaveTitle(title);
    await expect.poll(() => icon(person.page)).toBe('/favicon.svg');
  }
  await elsewhere.context.close();
});

test('the count stands in the title before any script runs', async ({ ann, bob, browser }) => {
  await ann.opensConversationWith(bob);
  await ann.says('Are you there?');
  await expect(bob.page).toHaveTitle('(1) Duologue');
  const reader = await bob.alsoAt(browser, { javaScriptEnabled: false });
  await expect(reader.page).toHaveTitle('(1) Duologue');
  await reader.context.close();
});

test('a message rings where nobody looks, and not before one’s eyes', async ({ ann, bob }) => {
  await records(bob);
  await wantsNotifications(bob.page);
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.says('Before your eyes');
  await bob.sees('Before your eyes');
  await looksAway(bob.page);
  await ann.says('Behind your back');
  await expect.poll(() => notified(bob.page)).toMatchObject([{ title: 'Ann', body: 'Behind your back' }]);
  expect(await sounds(bob.page)).toBe(1);
});

test('own messages from another device do not ring', async ({ ann, bob, browser }) => {
  await records(bob);
  await wantsNotifications(bob.page);
  const elsewhere = await bob.alsoAt(browser);
  await bob.opensConversationWith(ann);
  await ann.opensConversationWith(bob);
  await elsewhere.opensConversationWith(ann);
  await looksAway(bob.page);
  await elsewhere.says('Said by myself');
  await bob.sees('Said by myself');
  await ann.says('Said by the other one');
  await expect.poll(() => notified(bob.page)).toMatchObject([{ body: 'Said by the other one' }]);
  await elsewhere.context.close();
});

test('no tab rings while another one is looked at', async ({ ann, bob }) => {
  await records(bob);
  await wantsNotifications(bob.page);
  const tab = await bob.secondTab();
  await looksAway(bob.page);
  await ann.opensConversationWith(bob);
  await ann.says('Seen in the other tab');
  await hasDecided(bob.page, 1);
  expect(await done(bob.page)).toEqual([]);
  await looksAway(tab.page);
  await ann.says('Seen in none');
  await expect.poll(() => notified(bob.page)).toMatchObject([{ body: 'Seen in none' }]);
  expect(await notified(tab.page)).toEqual([]);
});

test('a conversation has one notification, and a click opens it', async ({ ann, bob }) => {
  await records(bob);
  await wantsNotifications(bob.page);
  await ann.opensConversationWith(bob);
  await ann.says('The first word');
  await expect(bob.row(ann)).toHaveAccessibleName(/1 unread/);
  await looksAway(bob.page);
  const long = 'The tide table came. '.repeat(20);
  await ann.says('Are you there?');
  await expect.poll(() => notified(bob.page)).toHaveLength(1);
  await ann.says(long);
  const tag = `conversation ${ann.username}`;
  await expect.poll(() => notified(bob.page)).toEqual([
    { what: 'notified', title: 'Ann', body: 'Are you there?', tag },
    { what: 'notified', title: 'Ann', body: `${long.slice(0, 119)}…`, tag },
  ]);
  await bob.page.evaluate(() => window.notifications.at(-1)?.dispatchEvent(new Event('click')));
  await expect(bob.heading()).toHaveText('Ann');
  await expect(bob.page).toHaveURL(`/with/${ann.username}`);
  expect((await done(bob.page)).map(({ what }) => what)).toContain('closed');
});

test('a notification goes once its message was read elsewhere', async ({ ann, bob, browser }) => {
  await records(bob);
  await wantsNotifications(bob.page);
  const elsewhere = await bob.alsoAt(browser);
  await ann.opensConversationWith(bob);
  await looksAway(bob.page);
  await ann.says('Are you there?');
  await expect.poll(() => notified(bob.page)).toHaveLength(1);
  await elsewhere.returnsToConversationWith(ann);
  await expect.poll(async () => (await done(bob.page)).at(-1)).toEqual({ what: 'closed' });
  await elsewhere.context.close();
});

test('the sound has a switch, and nothing is asked or shown that was not wanted', async ({ ann, bob }) => {
  await records(bob);
  await bob.page.evaluate(() => localStorage.setItem('sound', 'off'));
  await ann.opensConversationWith(bob);
  await looksAway(bob.page);
  await ann.says('In silence');
  await expect(bob.page).toHaveTitle('(1) Duologue');
  await hasDecided(bob.page, 1);
  await wantsNotifications(bob.page);
  await ann.says('In silence, but shown');
  await expect.poll(() => done(bob.page)).toMatchObject([{ what: 'notified', body: 'In silence, but shown' }]);
});
