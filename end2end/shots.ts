import { join } from 'node:path';
import { expect, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';
import { planTheBoatTripInChinese } from './boat-trip.ts';
import { gather } from './cast.ts';
import { cutLine, expectTrouble } from './console.ts';
import { password, Session } from './program.mjs';
import { refuseToTake } from './refusing.ts';
import { testWithOwnServer as test } from './test.ts';

const folder = '../target/shots';
const screens = [
  { width: 375, height: 740 },
  { width: 800, height: 900 },
  { width: 1440, height: 900 },
];

/** A page, signed in or not, and a camera in front of it. */
async function sitter(browser: Browser, url: string, options: BrowserContextOptions, session?: Session) {
  const context = await browser.newContext({ ...options, baseURL: url });
  if (session) await context.addCookies([session.forBrowser]);
  const page = await context.newPage();
  /** One picture for each width. What a width closes (a menu, a dialog) is opened anew by `pose`. */
  const shoot = async (name: string, pose = async () => {}, relax = async () => {}) => {
    for (const screen of screens) {
      await page.setViewportSize(screen);
      await pose();
      await page.screenshot({ path: join(folder, `${name}-${screen.width}-${options.colorScheme}.png`) });
      await relax();
    }
  };
  return { page, context, shoot };
}

async function opens(page: Page, path: string, connected = 'Connected'): Promise<void> {
  await page.goto(path);
  await expect(page.getByText(connected, { exact: true })).toBeAttached({ timeout: 20_000 });
}

const said = (page: Page, text: string) => page.getByRole('log').getByRole('listitem').filter({ hasText: text }).first();
const escape = (page: Page) => async () => page.keyboard.press('Escape');

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the way in, ${colorScheme}`, async ({ browser, server }) => {
    const { page, context, shoot } = await sitter(browser, server.url, { colorScheme });
    await page.goto('/login');
    await shoot('sign-in');
    await page.goto('/register');
    await shoot('register');
    await page.getByLabel('Username').fill('ann');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await expect(page.getByText('Connected', { exact: true })).toBeAttached({ timeout: 20_000 });
    await shoot('empty');
    await context.close();
  });

  test(`the list and a conversation, ${colorScheme}`, async ({ browser, server }) => {
    const { ann, bob } = await gather(server.url);
    const { page, context, shoot } = await sitter(browser, server.url, { colorScheme }, ann);
    await opens(page, '/');
    // Who left goes offline ten seconds later; until then the list would be another one from picture to picture.
    const list = page.getByRole('navigation', { name: 'Conversations' });
    await expect(list.getByRole('link', { name: /, online/ })).toHaveCount(3, { timeout: 20_000 });
    await shoot('list');

    const refused = 'Here is the whole passage plan as text, all nine pages of it …';
    await refuseToTake(page, refused);
    await opens(page, '/with/bob');
    await page.getByRole('textbox', { name: 'Message to Bob' }).fill(refused);
    await page.keyboard.press('Enter');
    await expect(said(page, refused)).toContainText('Not sent');
    await shoot('conversation', async () => {
      bob.types('ann', false);
      bob.types('ann', true);
      await expect(page.getByRole('main').getByText('typing…')).toBeVisible();
    });
    await shoot('conversation-earlier', () => said(page, 'takes a snapshot').scrollIntoViewIfNeeded());
    await page.getByRole('button', { name: /^To the newest/ }).click();

    expectTrouble(context, cutLine);
    await context.setOffline(true);
    await page.getByRole('textbox', { name: 'Message to Bob' }).fill('As a file, then. If this comes late, I am in the tunnel.');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Try now' })).toBeVisible();
    await shoot('offline');
    await context.close();
  });

  test(`what opens over a conversation, ${colorScheme}`, async ({ browser, server }) => {
    const { ann } = await gather(server.url);
    const { page, context, shoot } = await sitter(browser, server.url, { colorScheme }, ann);
    await opens(page, '/with/bob');
    const menuOf = async (text: string) => {
      await said(page, text).hover();
      await said(page, text).getByRole('button', { name: 'Actions for this message' }).click();
      await expect(page.getByRole('menu')).toBeVisible();
    };
    await shoot('menu', () => menuOf('Donaudampfschifffahrt'), escape(page));
    const asks = async () => {
      await menuOf('It hangs by the door');
      await page.getByRole('menuitem', { name: /^Delete for both/ }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    };
    await shoot('delete', asks, escape(page));
    const picks = async () => {
      await page.getByRole('button', { name: 'Emoji', exact: true }).click();
      await expect(page.getByRole('dialog', { name: 'Emoji' }).getByRole('button', { name: '😀' }).first()).toBeVisible();
    };
    await shoot('picker', picks, escape(page));
    await context.close();
  });

  test(`the settings, ${colorScheme}`, async ({ browser, server }) => {
    const { ann } = await gather(server.url);
    const { page, context, shoot } = await sitter(browser, server.url, { colorScheme }, ann);
    await page.goto('/settings');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await shoot('settings');
    await context.close();
  });

  test(`in Chinese, ${colorScheme}`, async ({ browser, server }) => {
    const { ann, ann2 } = await gather(server.url);
    const rain = await (await Session.signsIn(server.url, 'chen-yu')).program();
    await planTheBoatTripInChinese(ann2, rain);
    const { page, context, shoot } = await sitter(browser, server.url, { colorScheme, locale: 'zh-CN' }, ann);
    await opens(page, '/with/chen-yu', '已连接');
    await shoot('chinese-conversation');
    await page.goto('/settings');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await shoot('chinese-settings');
    await context.close();
  });
}
