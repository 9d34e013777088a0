import type { Locator, Page } from '@playwright/test';
import { expectTrouble } from '../console.ts';
import { expect, test } from '../test.ts';

// Nothing in it ends what it begins.
const turned = '\u202egnp.boat';
/** Two hundred marks over one letter and under the next. */
const tower = `a${'\u0301'.repeat(200)}b${'\u0329'.repeat(200)}`;

/** Whether the first letter or digit of each of these stands left of its last. */
async function runFromLeftToRight(texts: Locator): Promise<boolean> {
  return texts.evaluateAll((elements) =>
    elements.every((element) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const text = walker.nextNode();
      const letters = [...(text?.textContent ?? '').matchAll(/[\p{L}\p{N}]/gu)].map((letter) => letter.index);
      const place = (at: number): number => {
        const range = document.createRange();
        range.setStart(text as Node, at);
        range.setEnd(text as Node, at + 1);
        return range.getBoundingClientRect().left;
      };
      return letters.length > 1 && place(letters[0] ?? 0) < place(letters.at(-1) ?? 0);
    }),
  );
}

test('what turns the line turns its own message alone', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  for (const text of ['Before it', turned, 'After it']) await ann.says(text);
  await bob.sees('After it');
  // The list shows the words that turn the line; beside them stand a name and a time.
  await ann.says(`${turned}, last`);
  await bob.sees(', last');
  for (const person of [ann, bob]) {
    await expect(person.message('After it')).toBeVisible();
    const neighbours = person.messages().filter({ hasText: /Before it|After it/ }).getByRole('paragraph');
    expect(await runFromLeftToRight(neighbours)).toBe(true);
    expect(await runFromLeftToRight(person.log().getByRole('time'))).toBe(true);
    expect(await runFromLeftToRight(person.page.getByRole('navigation', { name: 'Conversations' }).getByRole('time'))).toBe(true);
    await expect(person.heading()).toHaveCSS('direction', 'ltr');
  }
  expect(await runFromLeftToRight(ann.messages().filter({ hasText: 'gnp' }).first().getByRole('paragraph'))).toBe(false);
});

test('what towers and what never ends stays in its message', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await bob.page.setViewportSize({ width: 375, height: 740 });
  await ann.says('Before it');
  await ann.says(tower);
  await ann.says('😀'.repeat(4000));
  await ann.says('x'.repeat(16_000));
  await ann.says('After it');
  await bob.sees('After it');
  expect(await bob.page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  for (const index of [0, 1, 2, 3, 4]) {
    const box = await bob.messages().nth(index).boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 375, `message ${index}`).toBe(true);
  }
  // Its box is no higher than a line or two, and nothing is painted outside of it.
  const towering = bob.messages().filter({ hasText: /^\S+: a\u0301/u });
  await expect(towering).toHaveCSS('content-visibility', 'auto');
  expect((await towering.boundingBox())?.height).toBeLessThan(100);
});

test('every page runs under its policy, and what was put into it does not', async ({ ann, bob, browser, server }) => {
  await ann.opensConversationWith(bob);
  await ann.says('Hello');
  await ann.isSent('Hello');
  // A browser whose pages come with a script of somebody else's in them, as if it had got past us.
  const context = await browser.newContext({ baseURL: server.url, serviceWorkers: 'block' });
  // No socket opens from a page that came through the test; a place that is none is 404.
  expectTrouble(context, /Content Security Policy|LOCAL_NETWORK_ACCESS|Service Worker registration blocked|status of 404/);
  const page = await context.newPage();
  await page.route('**/*', async (route) => {
    if (route.request().resourceType() !== 'document') return route.fallback();
    const response = await route.fetch();
    const body = (await response.text()).replace('</head>', '<script>window.wasRun = true</script></head>');
    await route.fulfill({ response, body });
  });
  for (const place of ['/login', '/register', '/no-such-page']) await refusesStrangers(page, place);
  await context.addCookies(await ann.context.cookies());
  for (const place of ['/', `/with/${bob.username}`, '/new', '/settings', '/settings/invite']) {
    await refusesStrangers(page, place);
  }
  // Our own scripts run all the same: they ask for a socket.
  const asked = page.waitForEvent('websocket');
  await page.goto(`/with/${bob.username}`);
  await asked;
  await context.close();
});

/** The script has not run, and handlers and styles in markup are refused as well. */
async function refusesStrangers(page: Page, place: string): Promise<void> {
  await page.goto(place);
  await expect(page.getByRole('heading').first()).toBeVisible();
  const told = await page.locator('body').evaluate(async (body) => {
    const refused = new Set<string>();
    const heard = new Promise<void>((done) => {
      document.addEventListener('securitypolicyviolation', (event) => {
        refused.add(event.effectiveDirective);
        if (refused.has('script-src-attr') && refused.has('style-src-attr')) done();
      });
    });
    const holder = document.createElement('div');
    holder.setAttribute('onclick', 'window.wasRun = true');
    holder.setAttribute('style', 'display: none');
    body.append(holder);
    holder.click();
    await heard;
    const isStyled = getComputedStyle(holder).display === 'none';
    holder.remove();
    return { wasRun: 'wasRun' in window, isStyled };
  });
  expect(told, place).toEqual({ wasRun: false, isStyled: false });
}
