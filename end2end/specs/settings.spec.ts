import type { Page } from '@playwright/test';
import { tabsTo } from '../keys.ts';
import { Program } from '../program.mjs';
import { expect, test } from '../test.ts';
import { password, Person } from '../person.ts';

const widths = [
  { width: 375, height: 740 },
  { width: 1440, height: 900 },
];
const another = 'four brown hens on a roof';

/** How the page looks: which colours the browser was told to take. */
async function looks(page: Page, scheme: 'light' | 'dark' | 'light dark'): Promise<void> {
  await expect(page.locator('html')).toHaveCSS('color-scheme', scheme);
}

/** How much this browser holds of the account's conversations and their list; -1 where it has no memory of it at all. */
function conversationsKept(page: Page, username: string): Promise<number> {
  return page.evaluate(async (name) => {
    const known = await indexedDB.databases();
    if (!known.some((database) => database.name === name)) return -1;
    const database = await new Promise<IDBDatabase>((found, failed) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => found(opening.result);
      opening.onerror = () => failed(opening.error);
    });
    const count = await new Promise<number>((counted) => {
      const counting = database.transaction('known').objectStore('known').count();
      counting.onsuccess = () => counted(counting.result);
    });
    database.close();
    return count;
  }, `duologue ${username}`);
}

for (const viewport of widths) {
  test.describe(`at ${viewport.width} px`, () => {
    test('a key leads to the end of the settings, and nothing leads past it', async ({ ann }) => {
      await ann.page.setViewportSize(viewport);
      await ann.opensSettings();
      const past = await ann.page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
      expect(past).toBe(0);
      // The script has come: before it the page has no focus that a key could go to.
      await expect(ann.page.getByRole('main')).toBeFocused();
      await ann.page.keyboard.press('End');
      await expect(ann.section('About')).toBeInViewport();
    });

    test('another shown name is seen by the peer', async ({ ann, bob }) => {
      await bob.opensConversationWith(ann);
      await ann.page.setViewportSize(viewport);
      await ann.opensSettings();
      const profile = ann.section('Profile');
      await expect(profile.getByLabel('Shown as')).toHaveValue('Ann');
      await expect(profile.getByLabel('Username')).toHaveValue(ann.username);
      await profile.getByLabel('Shown as').fill('Ann Lee');
      await profile.getByRole('button', { name: 'Save' }).click();
      await expect(profile.getByRole('status')).toHaveText('Saved.');
      await expect(profile.getByLabel('Shown as')).toHaveValue('Ann Lee');
      // The script has come, and a reload says it no more.
      await expect(profile.getByRole('status')).toBeFocused();

      await ann.page.reload();
      await expect(profile.getByLabel('Shown as')).toHaveValue('Ann Lee');
      await expect(profile.getByRole('status')).toHaveCount(0);
      await bob.reloads();
      await expect(bob.heading()).toHaveText('Ann Lee');
    });

    test('another password signs out the other devices', async ({ ann, browser }) => {
      const elsewhere = await ann.alsoAt(browser);
      await elsewhere.isConnected();
      await ann.page.setViewportSize(viewport);
      await ann.opensSettings();
      const section = ann.section('Password');
      const change = async (current: string, chosen: string) => {
        await section.getByLabel('Current password').fill(current);
        await section.getByLabel('New password').fill(chosen);
        await section.getByRole('button', { name: 'Change the password' }).click();
      };
      await change('not the one it was', another);
      await expect(section.getByRole('alert')).toBeVisible();
      await expect(section.getByLabel('Current password')).toBeFocused();
      await change(password, another);
      await expect(section.getByRole('status')).toContainText('The password is changed.');

      await expect(elsewhere.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
      await elsewhere.signsIn(password);
      await expect(elsewhere.page.getByRole('alert')).toBeVisible();
      await elsewhere.signsIn(another);
      await elsewhere.isConnected();
      await elsewhere.context.close();
    });

    test('a theme that was chosen holds, here and among the conversations', async ({ ann }) => {
      await ann.page.setViewportSize(viewport);
      await ann.opensSettings();
      await looks(ann.page, 'light dark');
      const appearance = ann.section('Appearance');
      const kept = ann.page.waitForResponse(/set_theme/);
      await appearance.getByRole('radio', { name: 'Dark' }).check();
      await looks(ann.page, 'dark');
      await kept;
      await ann.page.reload();
      await looks(ann.page, 'dark');
      await expect(appearance.getByRole('radio', { name: 'Dark' })).toBeChecked();
      await ann.page.goto('/');
      await looks(ann.page, 'dark');
      await ann.page.goto('/settings');
      const forgotten = ann.page.waitForResponse(/set_theme/);
      await appearance.getByRole('radio', { name: 'Like the system' }).check();
      await forgotten;
      await ann.page.reload();
      await looks(ann.page, 'light dark');
    });

    test('a language that was chosen is spoken by every page', async ({ ann }) => {
      await ann.page.setViewportSize(viewport);
      await ann.opensSettings();
      await ann.section('Language').getByLabel('Of this page').selectOption('中文');
      await expect(ann.heading()).toHaveText('设置');
      await expect(ann.section('语言').getByRole('status')).toHaveText('已保存。');
      await expect(ann.page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
      await expect(ann.section('设备').getByRole('listitem')).toContainText(/今天/);

      await ann.page.getByRole('link', { name: '返回会话列表' }).or(ann.page.getByRole('link', { name: '关闭设置' })).first().click();
      await expect(ann.page.getByRole('navigation', { name: '会话' })).toBeVisible();
      await ann.page.getByRole('link', { name: '设置' }).click();
      await ann.section('设备').getByRole('button', { name: '退出登录本设备' }).click();
      await expect(ann.heading()).toHaveText('登录');

      await ann.page.getByRole('button', { name: 'English' }).click();
      await expect(ann.heading()).toHaveText('Sign in');
      await expect(ann.page).toHaveURL(/\/login$/);
    });

    test('a language that was chosen before any script came is spoken', async ({ ann, browser }) => {
      // What a worker fetches passes no route.
      const fresh = await ann.alsoAt(browser, { viewport, serviceWorkers: 'block' });
      fresh.expectsTrouble(/Service Worker registration blocked/);
      await fresh.isConnected();
      let choose = () => {};
      const chosen = new Promise<void>((resolve) => (choose = resolve));
      await fresh.page.route(/plain.*\.js/, async (route) => {
        await chosen;
        await route.continue();
      });
      await fresh.opensSettings();
      await fresh.section('Language').getByLabel('Of this page').selectOption('中文');
      choose();
      await expect(fresh.heading()).toHaveText('设置');
      await fresh.context.close();
    });

    test('the account is deleted with its password, and what was said stays', async ({ ann, bob }) => {
      await ann.opensConversationWith(bob);
      await ann.says('Something to remember me by');
      await bob.returnsToConversationWith(ann);
      await ann.types('Not sent any more');
      await ann.page.goto('/settings');
      await ann.page.setViewportSize(viewport);
      await ann.section('Leave').getByRole('link', { name: 'Delete the account' }).click();
      await expect(ann.page.getByText('What you wrote stays with those you wrote to, under your name.')).toBeVisible();
      const deletion = ann.section('Delete the account');
      await deletion.getByLabel('Password', { exact: true }).fill('not the one it was');
      await deletion.getByRole('button', { name: 'Delete the account' }).click();
      await expect(deletion.getByRole('alert')).toBeVisible();
      await deletion.getByLabel('Password', { exact: true }).fill(password);
      await deletion.getByRole('button', { name: 'Delete the account' }).click();

      await expect(ann.page.getByRole('status')).toHaveText('The account is deleted.');
      await expect.poll(() => conversationsKept(ann.page, ann.username)).toBe(-1);
      expect(await ann.page.evaluate(() => Object.keys(localStorage))).toEqual([]);
      await ann.signsIn();
      await expect(ann.page.getByRole('alert')).toBeVisible();
      await bob.reloads();
      await bob.sees('Something to remember me by');
    });
  });
}

test('a browser that speaks Chinese is answered in Chinese at once', async ({ browser, server }) => {
  const reader = await Person.arrives(browser, server.url, 'Ann', 'ann', { locale: 'zh-CN' });
  await reader.page.goto('/');
  await expect(reader.heading()).toHaveText('登录');
  await expect(reader.page.getByText('你还在吗？')).toBeVisible();
  reader.expectsTrouble(/status of 404/);
  await reader.page.goto('/nowhere');
  await expect(reader.heading()).toHaveText('这里没有这个页面');
  await reader.context.close();
});

test('one signs out everywhere else at once', async ({ ann, browser }) => {
  const others = [await ann.alsoAt(browser), await ann.alsoAt(browser)];
  for (const other of others) await other.isConnected();
  await ann.opensSettings();
  const devices = ann.section('Devices');
  await expect(devices.getByRole('listitem')).toHaveCount(3);
  await devices.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(devices.getByRole('status')).toHaveText('You are signed out everywhere else.');
  await expect(devices.getByRole('listitem')).toHaveCount(1);
  await expect(devices.getByRole('button', { name: 'Sign out everywhere else' })).toHaveCount(0);
  for (const other of others) {
    await expect(other.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await other.context.close();
  }
});

test('a program gets a token, which is shown once and can be revoked', async ({ ann, bob, server }) => {
  await ann.opensSettings();
  const programs = ann.section('Programs');
  await programs.getByLabel('What it is for').fill('the <b>build</b>');
  await programs.getByRole('button', { name: 'Make a token' }).click();
  await expect(ann.section('Programs').getByRole('status').first()).toContainText('the token of “the <b>build</b>”');
  const token = await ann.page.getByLabel('The token').inputValue();
  const program = await Program.connects(server.urlOf('Ann'), ann.username, token);
  await program.says(bob.username, 'The build is done');
  await bob.opensConversationWith(ann);
  await bob.sees('The build is done');

  await ann.section('Programs').getByRole('link', { name: 'Done' }).click();
  await expect(programs.getByRole('listitem')).toContainText(['the <b>build</b>']);
  await expect(ann.page.getByText(token)).toHaveCount(0);
  await expect(ann.section('Devices').getByRole('listitem')).toHaveCount(1);
  await programs.getByRole('button', { name: 'Revoke the <b>build</b>' }).click();
  await expect(programs.getByRole('status')).toHaveText('That token counts no more.');
  await expect(programs.getByRole('listitem')).toHaveCount(0);
  await expect(Program.connects(server.urlOf('Ann'), ann.username, token)).rejects.toThrow(/401/);
});

test('who signs out leaves no conversation in the browser', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.says('For the two of us');
  await expect(ann.message('For the two of us')).toContainText(/Sent|Delivered/);
  await expect.poll(() => conversationsKept(ann.page, ann.username)).toBeGreaterThan(0);
  await ann.opensSettings();
  await ann.signsOut();
  await expect.poll(() => conversationsKept(ann.page, ann.username)).toBe(0);
});

test('notifications are asked for by a click, and what the browser refuses is said', async ({ ann }) => {
  await ann.opensSettings();
  const section = ann.section('Notifications');
  const sound = section.getByRole('switch', { name: 'Sound' });
  const notify = section.getByRole('switch', { name: 'Notifications on the desktop' });
  await expect(sound).toBeChecked();
  await expect(notify).not.toBeChecked();
  await sound.uncheck();
  await notify.click();
  await expect(section.getByRole('alert')).toContainText('The browser does not allow it.');
  await expect(notify).not.toBeChecked();

  await ann.context.grantPermissions(['notifications'], { origin: ann.url });
  await notify.check();
  await expect(section.getByRole('alert')).toHaveCount(0);
  await ann.page.reload();
  await expect(sound).not.toBeChecked();
  await expect(notify).toBeChecked();
});

test('the settings close to where they were opened from', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.opensSettings();
  await ann.section('Profile').getByRole('button', { name: 'Save' }).click();
  await expect(ann.section('Profile').getByRole('status')).toHaveText('Saved.');
  await ann.page.getByRole('link', { name: 'Close settings' }).click();
  await expect(ann.heading()).toHaveText('Bob');
});

test('the list of sections says which one is read', async ({ ann }) => {
  await ann.opensSettings();
  const sections = ann.page.getByRole('navigation', { name: 'Settings' });
  const current = sections.getByRole('link').and(ann.page.locator('[aria-current=true]'));
  await expect(current).toHaveText('Profile');
  for (const name of ['Devices', 'About', 'Password']) {
    await sections.getByRole('link', { name }).click();
    await expect(current).toHaveText(name);
    await expect(ann.section(name)).toBeInViewport();
  }
});

test('what was typed as a name is not typed again', async ({ ann }) => {
  await ann.opensSettings();
  await ann.signsOut();
  await ann.signsIn('not the one it was');
  await expect(ann.page.getByRole('alert')).toBeVisible();
  await expect(ann.page.getByLabel('Username')).toHaveValue(ann.username);
  await expect(ann.page.getByLabel('Password', { exact: true })).toBeFocused();
  await ann.page.keyboard.type(password);
  await ann.page.keyboard.press('Enter');
  await ann.isConnected();
});

test('the settings are kept by keyboard alone', async ({ ann }) => {
  const { page } = ann;
  await tabsTo(page, page.getByRole('link', { name: 'Settings' }));
  await page.keyboard.press('Enter');
  await expect(ann.heading()).toHaveText('Settings');

  const profile = ann.section('Profile');
  await tabsTo(page, profile.getByLabel('Shown as'));
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('Ann by hand');
  await page.keyboard.press('Enter');
  await expect(profile.getByRole('status')).toBeFocused();

  await tabsTo(page, ann.section('Notifications').getByRole('switch', { name: 'Sound' }));
  await page.keyboard.press('Space');
  await expect(ann.section('Notifications').getByRole('switch', { name: 'Sound' })).not.toBeChecked();
  const appearance = ann.section('Appearance');
  await tabsTo(page, appearance.getByRole('radio', { name: 'Like the system' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(appearance.getByRole('radio', { name: 'Dark' })).toBeChecked();
  await looks(page, 'dark');

  await tabsTo(page, ann.section('Leave').getByRole('link', { name: 'Delete the account' }));
  await page.keyboard.press('Enter');
  await tabsTo(page, page.getByRole('link', { name: 'Keep it' }));
  await page.keyboard.press('Enter');
  await expect(ann.section('Leave')).toBeInViewport();

  await tabsTo(page, page.getByRole('button', { name: 'Sign out', exact: true }));
  await page.keyboard.press('Enter');
  await expect(ann.heading()).toHaveText('Sign in');
});

test('the settings are kept without script', async ({ ann, browser }) => {
  const reader = await ann.alsoAt(browser, { javaScriptEnabled: false });
  await reader.opensSettings();
  const appearance = reader.section('Appearance');
  await appearance.getByRole('radio', { name: 'Dark' }).check();
  await appearance.getByRole('button', { name: 'Save' }).click();
  await expect(appearance.getByRole('status')).toHaveText('Saved.');
  await looks(reader.page, 'dark');
  await expect(reader.section('Notifications').getByRole('switch', { name: 'Sound' })).toBeDisabled();
  await reader.section('Language').getByLabel('Of this page').selectOption('中文');
  await reader.section('Language').getByRole('button', { name: 'Save' }).click();
  await expect(reader.heading()).toHaveText('设置');
  await reader.context.close();
});
