import AxeBuilder from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import { expect, test } from '../test.ts';
import type { Person } from '../person.ts';

/** The picker over the page, with its search. */
function picker(person: Person): { dialog: Locator; search: Locator; emoji(name: string): Locator } {
  const dialog = person.page.getByRole('dialog', { name: 'Emoji' });
  return {
    dialog,
    search: dialog.getByRole('searchbox', { name: 'Find an emoji' }),
    emoji: (name) => dialog.getByRole('button', { name, exact: true }),
  };
}

function opener(person: Person): Locator {
  return person.page.getByRole('button', { name: 'Emoji', exact: true });
}

test('an emoji is found by its name and goes where one writes', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  const { dialog, search, emoji } = picker(ann);
  await ann.composer().fill('Out with the ');
  await opener(ann).click();
  await expect(search).toBeFocused();
  await search.fill('boat sail');
  await emoji('sailboat').click();
  await expect(dialog).toBeHidden();
  await expect(ann.composer()).toHaveValue('Out with the ⛵');
  await expect(ann.composer()).toBeFocused();
  await ann.composer().press('Enter');
  await bob.sees('Out with the ⛵');
});

test('the keyboard alone walks through the emoji and picks one', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  const { dialog, search, emoji } = picker(ann);
  const keys = ann.page.keyboard;
  await opener(ann).focus();
  await keys.press('Enter');
  await expect(search).toBeFocused();
  await expect(emoji('grinning face')).toBeVisible();
  await keys.press('ArrowDown');
  await expect(emoji('grinning face')).toBeFocused();
  await keys.press('ArrowRight');
  await expect(emoji('grinning face with big eyes')).toBeFocused();
  await keys.press('ArrowDown');
  await expect(emoji('grinning face with big eyes')).not.toBeFocused();
  await keys.press('ArrowUp');
  await expect(emoji('grinning face with big eyes')).toBeFocused();
  await keys.press('End');
  await expect(emoji('flag: Wales')).toBeFocused();
  await keys.press('Home');
  await keys.press('ArrowUp');
  await expect(search).toBeFocused();
  await keys.press('ArrowDown');
  await keys.type('red heart');
  await expect(search).toHaveValue('red heart');
  await keys.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(ann.composer()).toHaveValue('❤️');
});

test('Escape leaves the emoji and goes back to what opened them', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  const { dialog, search } = picker(ann);
  await opener(ann).focus();
  await ann.page.keyboard.press('Enter');
  await expect(search).toBeFocused();
  await ann.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(opener(ann)).toBeFocused();
});

test('any emoji can be a reaction', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.says('There is something in the water');
  const message = bob.message('There is something in the water');
  await message.hover();
  await message.getByRole('button', { name: 'Actions for this message' }).click();
  await bob.page.getByRole('menuitem', { name: 'Another emoji' }).click();
  const { search, emoji } = picker(bob);
  await search.fill('octopus');
  await emoji('octopus').click();
  await expect(ann.message('There is something in the water').getByRole('button', { name: 'Bob reacted with 🐙' })).toBeVisible();
});

test('what was used lately stands first, after a reload, too', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  const { dialog, search, emoji } = picker(ann);
  for (const name of ['octopus', 'sailboat', 'octopus']) {
    await opener(ann).click();
    await search.fill(name);
    await emoji(name).first().click();
    await expect(dialog).toBeHidden();
  }
  await ann.reloads();
  await opener(ann).click();
  await expect(dialog.getByRole('heading').first()).toHaveText('Used lately');
  await expect(dialog.getByRole('button').nth(0)).toHaveAccessibleName('octopus');
  await expect(dialog.getByRole('button').nth(1)).toHaveAccessibleName('sailboat');
  await expect(dialog.getByRole('button').nth(2)).toHaveAccessibleName('grinning face');
});

test('a name that no emoji has finds none', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  const { dialog, search } = picker(ann);
  await opener(ann).click();
  await search.fill('quonk');
  await expect(dialog.getByRole('status')).toHaveText('No emoji of this name.');
  await search.fill('');
  await expect(dialog.getByRole('heading', { name: 'Faces' })).toBeVisible();
});

test('what is typed in the moment of opening is looked for, and forgotten with the choice', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  const { dialog, search, emoji } = picker(ann);
  await opener(ann).evaluate((button: HTMLButtonElement) => {
    button.click();
    const field = button.popoverTargetElement!.querySelector('input')!;
    field.value = 'octopus';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await expect(emoji('octopus')).toBeVisible();
  await expect(search).toHaveValue('octopus');
  await emoji('octopus').click();
  await expect(dialog).toBeHidden();
  await opener(ann).click();
  await expect(emoji('grinning face')).toBeVisible();
  await expect(search).toHaveValue('');
});

test('no emoji is fetched before somebody wants one, and then once', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  const fetched: string[] = [];
  ann.page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/emoji/')) fetched.push(pathname);
  });
  await ann.reloads();
  expect(fetched).toEqual([]);
  const { dialog, emoji } = picker(ann);
  for (const _ of ['once', 'and again']) {
    await opener(ann).click();
    await expect(emoji('grinning face')).toBeVisible();
    await ann.page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  }
  expect(fetched).toEqual(['/emoji/en.txt']);
});

test('emoji that could not be loaded can be asked for again', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.page.route('/emoji/*', (route) => route.abort());
  ann.expectsTrouble(/net::ERR_FAILED/);
  const { dialog, emoji } = picker(ann);
  await opener(ann).click();
  await expect(dialog.getByRole('alert')).toContainText('The emoji could not be loaded.');
  await ann.page.unroute('/emoji/*');
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await expect(emoji('grinning face')).toBeVisible();
});

test('on a Chinese page emoji are found in Chinese, and in English', async ({ ann, bob, browser }) => {
  await ann.opensConversationWith(bob);
  const context = await browser.newContext({
    baseURL: ann.url,
    locale: 'zh-CN',
    storageState: await ann.context.storageState(),
  });
  const page = await context.newPage();
  await page.goto(`/with/${bob.username}`);
  await expect(page.getByRole('navigation').getByRole('status')).toHaveText('已连接');
  await page.getByRole('button', { name: '表情符号', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '表情符号' });
  for (const wanted of ['帆船', 'sailboat']) {
    await dialog.getByRole('searchbox', { name: '查找表情' }).fill(wanted);
    await expect(dialog.getByRole('button', { name: '帆船', exact: true })).toBeVisible();
  }
  await dialog.getByRole('button', { name: '帆船', exact: true }).click();
  await expect(page.getByRole('textbox', { name: /Bob/ })).toHaveValue('⛵');
  await context.close();
});

test('everybody can use the emoji', async ({ ann, bob }) => {
  // Each of 1,900 buttons is judged by each rule.
  test.slow();
  await ann.opensConversationWith(bob);
  await opener(ann).click();
  await expect(picker(ann).emoji('grinning face')).toBeVisible();
  const { violations } = await new AxeBuilder({ page: ann.page }).analyze();
  expect(violations.map((rule) => `${rule.id}: ${rule.nodes[0]?.target.join(' ')}`)).toEqual([]);
  for (const width of [375, 1440]) {
    await ann.page.setViewportSize({ width, height: 800 });
    await expect(picker(ann).search).toBeInViewport({ ratio: 1 });
    await expect(picker(ann).emoji('grinning face')).toBeInViewport({ ratio: 1 });
  }
});
