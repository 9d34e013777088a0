import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, testWithOwnServer as test } from '../test.ts';
import { lines, Person } from '../person.ts';

const said = ['The ferry left.', 'The next one is at nine.'];

/** From then on the browser can open the page by itself. */
async function canOpenAlone(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
}

/** The addresses of all that the service worker keeps, and their texts. */
async function kept(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const texts: Record<string, string> = {};
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const { pathname } = new URL(request.url);
        texts[pathname] = (await (await cache.match(request))?.text()) ?? '';
      }
    }
    return texts;
  });
}

/** Ann said something, and Bob's browser has stored it. */
async function talk(ann: Person, bob: Person): Promise<void> {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  for (const text of said) await ann.says(text);
  await expect(ann.message(said[1]!)).toContainText(/Delivered|Read/);
  await canOpenAlone(bob.page);
}

async function signsOut(person: Person): Promise<void> {
  await person.opensSettings();
  await person.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(person.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  // The script of the gate has come, and has forgotten what it was told to.
  await expect.poll(() => person.page.evaluate(() => sessionStorage.getItem('leaves'))).toBeNull();
}

test('a conversation opens without the server, and what is written then goes out once', async ({ ann, bob, server }) => {
  await talk(ann, bob);
  await server.isKilled();
  await bob.page.reload();
  await expect(bob.heading()).toHaveText('Ann');
  await expect(bob.messages()).toHaveText(lines(said));
  await expect(bob.banner()).toBeVisible();
  await bob.says('Then I take the one at nine.');
  await expect(bob.message('Then I take the one at nine.')).toContainText('Waiting');

  await server.starts();
  await bob.isConnected();
  await expect(bob.message('Then I take the one at nine.')).toContainText(/Delivered|Read/, { timeout: 45_000 });
  const all = lines([...said, 'Then I take the one at nine.']);
  for (const person of [ann, bob]) {
    await person.isConnected();
    await expect(person.messages()).toHaveText(all);
  }
  await bob.reloads();
  await expect(bob.messages()).toHaveText(all);
});

test('the list opens without the server, and from there each conversation', async ({ ann, bob, server }) => {
  await talk(ann, bob);
  await bob.leaves();
  await server.isKilled();
  const page = await bob.context.newPage();
  const again = new Person(bob.context, server.url, bob.name, bob.username, page);
  await page.goto('/');
  await again.returnsToConversationWith(ann);
  await expect(again.messages()).toHaveText(lines(said));
});

test('who never opened a conversation here finds it in the list all the same', async ({ ann, bob, browser, server }) => {
  await talk(ann, bob);
  const elsewhere = await bob.alsoAt(browser);
  await elsewhere.isConnected();
  await canOpenAlone(elsewhere.page);
  await server.isKilled();
  await elsewhere.page.reload();
  await expect(elsewhere.row(ann)).toBeVisible();
  await elsewhere.context.close();
});

test('what needs the server says so, and opens once it is back', async ({ ann, server }) => {
  await canOpenAlone(ann.page);
  await server.isKilled();
  await ann.page.goto('/settings');
  await expect(ann.page.getByRole('alert')).toHaveText('The server cannot be reached, and this page opens only with it.');
  expect((await new AxeBuilder({ page: ann.page }).analyze()).violations).toEqual([]);
  await server.starts();
  await ann.page.getByRole('link', { name: 'Try again' }).click();
  await expect(ann.heading()).toHaveText('Settings');
});

test('only the shell and its files are kept, and nobody’s words are in them', async ({ ann, bob }) => {
  await talk(ann, bob);
  await bob.reloads();
  const texts = await kept(bob.page);
  expect(Object.keys(texts)).toContain('/shell');
  for (const [path, text] of Object.entries(texts)) {
    expect(path).toMatch(/^\/(shell|pkg\/duologue\.[\w-]+\.(js|wasm|css)|[a-z-]+\.(svg|png|js|webmanifest|json))$/);
    for (const word of [...said, ann.username, bob.username]) expect(text, path).not.toContain(word);
  }
});

test('after a sign-out nothing opens, and then only what the next one knows', async ({ ann, bob, browser, server }) => {
  await talk(ann, bob);
  const carol = await Person.registers(browser, server.url, 'Carol');
  await carol.opensConversationWith(bob);
  await carol.says('Bring the lamp.');
  await expect(carol.message('Bring the lamp.')).toContainText(/Sent|Delivered/);

  await signsOut(bob);
  await server.isKilled();
  await bob.page.goto(`/with/${ann.username}`);
  await expect(bob.page.getByRole('alert')).toContainText('this browser knows no conversations');
  await expect(bob.page.getByText(said[0]!)).toHaveCount(0);

  await server.starts();
  const next = new Person(bob.context, server.url, carol.name, carol.username, bob.page);
  await next.signsIn();
  await next.isConnected();
  await next.returnsToConversationWith(bob);
  await next.sees('Bring the lamp.');
  await server.isKilled();
  await next.page.goto('/');
  await expect(next.row(bob)).toBeVisible();
  await expect(next.row(ann)).toHaveCount(0);
  await next.page.goto(`/with/${ann.username}`);
  await expect(next.composer()).toBeVisible();
  await expect(next.page.getByText(said[0]!)).toHaveCount(0);
  await carol.context.close();
});

test('a session that ended meanwhile leads to sign in', async ({ ann, bob, server, browser }) => {
  await talk(ann, bob);
  const elsewhere = await bob.alsoAt(browser);
  await server.isKilled();
  await bob.page.reload();
  await expect(bob.messages()).toHaveText(lines(said));
  await bob.context.clearCookies();
  bob.expectsTrouble(/status of 401/);
  await server.starts();
  await expect(bob.page.getByRole('heading', { name: 'Sign in' })).toBeVisible({ timeout: 45_000 });
  await elsewhere.context.close();
});

test('a new release takes the place of what was kept, without a hard reload', async ({ ann }) => {
  await canOpenAlone(ann.page);
  await ann.page.evaluate(async () => {
    const cache = await caches.open((await caches.keys())[0]!);
    await cache.put('/shell', new Response('<link href="/pkg/duologue.old.css">'));
    await cache.put('/pkg/duologue.old.css', new Response(''));
    for (const { url } of await cache.keys()) if (url.endsWith('.wasm')) await cache.delete(url);
  });
  await ann.reloads();
  await expect
    .poll(async () => {
      const texts = await kept(ann.page);
      const names = Object.keys(texts).filter((path) => /old|wasm/.test(path));
      return { names, isNew: texts['/shell']?.includes('Opening…') };
    })
    .toEqual({ names: [expect.stringMatching(/^\/pkg\/duologue\.[\w-]+\.wasm$/)], isNew: true });
});

test('the shell speaks the language of its reader', async ({ browser, server }) => {
  for (const [locale, language, sentence] of [
    ['en-GB', 'en', 'Opening…'],
    ['zh-CN', 'zh-Hans', '正在打开…'],
  ] as const) {
    const context = await browser.newContext({ baseURL: server.url, locale, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto('/shell');
    await expect(page.getByRole('status')).toHaveText(sentence);
    expect(await page.getByRole('main').evaluate((main) => main.ownerDocument.documentElement.lang)).toBe(language);
    await context.close();
  }
});

test('it can be installed', async ({ ann }) => {
  const { request } = ann.context;
  const answer = await request.get('/manifest.webmanifest');
  expect(answer.headers()['content-type']).toBe('application/manifest+json');
  const manifest = (await answer.json()) as { start_url: string; display: string; icons: { src: string; type: string; purpose?: string }[] };
  expect(manifest).toMatchObject({ name: 'Duologue', short_name: 'Duologue', start_url: '/', display: 'standalone' });
  expect(manifest.icons.map(({ purpose }) => purpose)).toContain('maskable');
  for (const { src, type } of [...manifest.icons, { src: '/apple-touch-icon.png', type: 'image/png' }]) {
    const icon = await request.get(src);
    expect(icon.status(), src).toBe(200);
    expect(icon.headers()['content-type'], src).toBe(type);
  }
  for (const script of ['/service-worker.js', '/away.js']) {
    const answer = await request.get(script);
    expect(answer.headers()['cache-control'], script).toBe('no-cache');
  }
});
