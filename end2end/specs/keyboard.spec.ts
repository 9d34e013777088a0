import { numbered, saysMany } from '../many.ts';
import { Person } from '../person.ts';
import { expect, test } from '../test.ts';

test('Alt and an arrow open the conversation below and above', async ({ ann, bob, browser, server }) => {
  const carl = await Person.registers(browser, server.url, 'Carl');
  for (const peer of [bob, carl]) await saysMany(ann, peer, [{ body: `Hello ${peer.name}.` }]);
  await expect(ann.row(carl)).toBeVisible();
  await ann.page.keyboard.press('Alt+ArrowDown');
  await expect(ann.heading()).toHaveText('Carl');
  await expect(ann.composer()).toBeFocused();
  await ann.page.keyboard.press('Alt+ArrowDown');
  await expect(ann.heading()).toHaveText('Bob');
  await expect(ann.composer()).toBeFocused();
  await ann.page.keyboard.press('Alt+ArrowDown');
  await expect(ann.heading()).toHaveText('Bob');
  await ann.page.keyboard.press('Alt+ArrowUp');
  await expect(ann.heading()).toHaveText('Carl');
  await carl.context.close();
});

for (const width of [375, 1440]) {
  test(`Control and K lead to the search from anywhere, at ${width} pixels`, async ({ ann, bob }) => {
    await ann.page.setViewportSize({ width, height: 740 });
    await ann.opensConversationWith(bob);
    await ann.says('Hello');
    await ann.isSent('Hello');
    await ann.page.keyboard.press('Control+k');
    await expect(ann.page.getByRole('searchbox', { name: 'Search people' })).toBeFocused();
    await ann.page.keyboard.type(bob.username);
    await ann.page.keyboard.press('ArrowDown');
    await expect(ann.row(bob)).toBeFocused();
    await ann.page.keyboard.press('Enter');
    await expect(ann.composer()).toBeFocused();
  });
}

test('Control and K lead to a new conversation while the list is empty', async ({ ann }) => {
  await ann.page.keyboard.press('Control+k');
  await expect(ann.page.getByLabel('Username')).toBeFocused();
});

test('arrows walk through the messages, and Escape leads back to the composer', async ({ ann, bob }) => {
  await saysMany(ann, bob, numbered(40));
  await ann.opensConversationWith(bob);
  await expect(ann.message('Line 40 of')).toBeInViewport();
  await ann.log().focus();
  await ann.page.keyboard.press('ArrowUp');
  await expect(ann.message('Line 40 of')).toBeFocused();
  await ann.page.keyboard.press('ArrowUp');
  await expect(ann.message('Line 39 of')).toBeFocused();
  await ann.page.keyboard.press('PageUp');
  await expect(ann.message('Line 39 of')).not.toBeFocused();
  await ann.page.keyboard.press('PageDown');
  await expect(ann.message('Line 39 of')).toBeFocused();
  await ann.page.keyboard.press('Home');
  await expect(ann.message('Line 1 of')).toBeFocused();
  await expect(ann.message('Line 1 of')).toBeInViewport();
  await ann.page.keyboard.press('ArrowDown');
  await expect(ann.message('Line 2 of')).toBeFocused();
  await ann.page.keyboard.press('End');
  await expect(ann.message('Line 40 of')).toBeFocused();
  await ann.page.keyboard.press('Escape');
  await expect(ann.composer()).toBeFocused();
});

test('who went to the newest by a key stays there while more comes', async ({ ann, bob }) => {
  await saysMany(ann, bob, numbered(40));
  await ann.opensConversationWith(bob);
  await ann.log().focus();
  await ann.page.keyboard.press('PageUp');
  await ann.page.keyboard.press('PageUp');
  await expect(ann.message('Line 40 of')).not.toBeInViewport();
  await ann.page.keyboard.press('End');
  await expect(ann.message('Line 40 of')).toBeFocused();
  // So many that the row with the focus is left out of the document.
  await saysMany(bob, ann, Array.from({ length: 90 }, (_, more) => ({ body: `More ${more + 1}.` })));
  await expect(ann.message('More 90.')).toBeInViewport();
  await expect(ann.message('Line 40 of')).toHaveCount(0);
});

test('from a link in a message arrows lead to the messages around it', async ({ ann, bob }) => {
  await saysMany(ann, bob, [{ body: 'First' }, { body: 'See https://boats.example' }, { body: 'Last' }]);
  await ann.opensConversationWith(bob);
  const link = ann.page.getByRole('link', { name: 'https://boats.example' });
  await link.focus();
  await ann.page.keyboard.press('ArrowUp');
  await expect(ann.message('First')).toBeFocused();
  await link.focus();
  await ann.page.keyboard.press('ArrowDown');
  await expect(ann.message('Last')).toBeFocused();
});

test('keys alone lead through more messages than stand in the document', async ({ ann, bob }) => {
  await saysMany(ann, bob, numbered(400));
  await ann.opensConversationWith(bob);
  await expect(ann.message('Line 400 of')).toBeInViewport();
  await ann.log().focus();
  await expect(async () => {
    await ann.page.keyboard.press('Home');
    await expect(ann.message('Line 1 of')).toBeFocused({ timeout: 300 });
  }).toPass({ timeout: 30_000, intervals: [0] });
  await ann.page.keyboard.press('End');
  await expect(ann.message('Line 400 of')).toBeFocused();
  await expect(ann.message('Line 400 of')).toBeInViewport();
});

test('Escape in a conversation leaves everything as it is', async ({ ann, bob }) => {
  await ann.page.setViewportSize({ width: 375, height: 740 });
  await ann.opensConversationWith(bob);
  await ann.types('Half a sentence');
  await ann.page.keyboard.press('Escape');
  await expect(ann.composer()).toHaveValue('Half a sentence');
  await expect(ann.heading()).toHaveText('Bob');
});

test('who goes back has the focus where they came from', async ({ ann, bob }) => {
  await saysMany(ann, bob, [{ body: 'Hello' }]);
  await ann.row(bob).focus();
  await ann.page.keyboard.press('Enter');
  await expect(ann.composer()).toBeFocused();
  await ann.page.goBack();
  await expect(ann.row(bob)).toBeFocused();
  await ann.page.getByRole('link', { name: 'New conversation' }).first().press('Enter');
  await expect(ann.page.getByRole('textbox', { name: 'Username' })).toBeFocused();
  await ann.page.goBack();
  await expect(ann.page.getByRole('link', { name: 'New conversation' }).first()).toBeFocused();
});

test('the focus is never lost with what had it', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.goesOffline();
  const again = ann.page.getByRole('button', { name: 'Try now' });
  await again.focus();
  await ann.comesBack();
  await expect(again).toHaveCount(0);
  await expect(ann.composer()).toBeFocused();
});
