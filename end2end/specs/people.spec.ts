import { Person } from '../person.ts';
import { saysMany } from '../many.ts';
import { expect, test } from '../test.ts';

/** Three people in ann's list: Dora the newest, then Carl, then Bob. */
async function knowsThree(ann: Person, bob: Person, carl: Person, dora: Person): Promise<void> {
  for (const peer of [bob, carl, dora]) await saysMany(ann, peer, [{ body: `Hello ${peer.name}.` }]);
  await expect(ann.row(dora)).toBeVisible();
}

const testWithThree = test.extend<{ carl: Person; dora: Person }>({
  carl: async ({ browser, server }, use) => {
    const carl = await Person.registers(browser, server.url, 'Carl');
    await use(carl);
    await carl.context.close();
  },
  dora: async ({ browser, server }, use) => {
    const dora = await Person.registers(browser, server.url, 'Dora');
    await use(dora);
    await dora.context.close();
  },
});

for (const viewport of [{ width: 375, height: 740 }, { width: 1440, height: 900 }]) {
  testWithThree.describe(`at ${viewport.width} pixels`, () => {
    testWithThree.use({ viewport });

    testWithThree('words in the search leave those whom they name', async ({ ann, bob, carl, dora }) => {
      await knowsThree(ann, bob, carl, dora);
      const search = ann.page.getByRole('searchbox', { name: 'Search people' });
      await search.fill('CAR');
      await expect(ann.row(carl)).toBeVisible();
      await expect(ann.row(bob)).toHaveCount(0);
      await search.fill(bob.username.slice(0, 6));
      await expect(ann.row(bob)).toBeVisible();
      await expect(ann.row(carl)).toHaveCount(0);
      await search.press('Enter');
      await expect(ann.heading()).toHaveText('Bob');
    });

    testWithThree('the browser’s own way back follows', async ({ ann, bob, carl, dora }) => {
      await knowsThree(ann, bob, carl, dora);
      await ann.returnsToConversationWith(carl);
      await ann.page.goBack();
      await expect(ann.row(carl)).toBeFocused();
      await expect(ann.log()).toHaveCount(0);
      await ann.page.goForward();
      await expect(ann.heading()).toHaveText('Carl');
    });
  });
}

testWithThree('somebody who is not in the list is asked for from the search', async ({ ann, bob, carl }) => {
  await saysMany(ann, carl, [{ body: 'Hello' }]);
  const search = ann.page.getByRole('searchbox', { name: 'Search people' });
  await search.fill(bob.username);
  await ann.page.getByRole('button', { name: `Start a conversation with “${bob.username}”` }).click();
  await expect(ann.heading()).toHaveText('Bob');
  await expect(search).toHaveValue('');
});

test('a name that nobody has is refused where it was written', async ({ ann, bob }) => {
  await saysMany(ann, bob, [{ body: 'Hello' }]);
  ann.expectsTrouble(/status of 404/);
  await ann.page.getByRole('searchbox', { name: 'Search people' }).fill('nobody-7k3q');
  await ann.page.keyboard.press('Enter');
  await expect(ann.page.getByRole('navigation').getByRole('alert')).toHaveText(/There is nobody of this name here\./);
});

testWithThree('a draft stands in the list', async ({ ann, bob, carl, dora }) => {
  await knowsThree(ann, bob, carl, dora);
  await ann.returnsToConversationWith(bob);
  await ann.types('About the second violin');
  await ann.returnsToConversationWith(carl);
  await expect(ann.row(bob)).toContainText('Draft: About the second violin');
  await ann.returnsToConversationWith(bob);
  await expect(ann.row(bob)).not.toContainText('Draft:');
  await ann.composer().press('Enter');
  await ann.returnsToConversationWith(carl);
  await expect(ann.row(bob)).toContainText('About the second violin');
  await expect(ann.row(bob)).not.toContainText('Draft:');
});

testWithThree('the list is one stop, and arrows walk in it', async ({ ann, bob, carl, dora }) => {
  await knowsThree(ann, bob, carl, dora);
  await ann.page.getByRole('searchbox', { name: 'Search people' }).focus();
  await ann.page.keyboard.press('Tab');
  await expect(ann.row(dora)).toBeFocused();
  await ann.page.keyboard.press('ArrowDown');
  await expect(ann.row(carl)).toBeFocused();
  await ann.page.keyboard.press('End');
  await expect(ann.row(bob)).toBeFocused();
  await ann.page.keyboard.press('Home');
  await expect(ann.row(dora)).toBeFocused();
  await ann.page.keyboard.press('ArrowUp');
  await expect(ann.row(dora)).toBeFocused();
  await ann.page.keyboard.press('Tab');
  await expect(ann.page.getByRole('link', { name: 'Settings' })).toBeFocused();
  await ann.page.keyboard.press('Shift+Tab');
  await expect(ann.row(dora)).toBeFocused();
  await ann.page.keyboard.press('ArrowDown');
  await ann.page.keyboard.press('Enter');
  await expect(ann.heading()).toHaveText('Carl');
});
