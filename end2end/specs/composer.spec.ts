import { expect, test } from '../test.ts';
import type { Person } from '../person.ts';

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`).join('\n');
const count = (person: Person) => person.page.getByRole('form').getByRole('status');
const alert = (person: Person) => person.page.getByRole('form').getByRole('alert');
const send = (person: Person) => person.page.getByRole('button', { name: 'Send' });

for (const width of [375, 1440]) {
  test(`the composer grows to eight lines, and scrolls then, at ${width} pixels`, async ({ ann, bob }) => {
    await ann.opensConversationWith(bob);
    await ann.page.setViewportSize({ width, height: 800 });
    const height = async (of: number) => {
      await ann.composer().fill(lines(of));
      return (await ann.composer().boundingBox())!.height;
    };
    const [one, four, eight, twenty] = [await height(1), await height(4), await height(8), await height(20)];
    expect(four).toBeGreaterThan(one * 3.5);
    expect(eight).toBeGreaterThan(one * 7.5);
    expect(twenty).toBe(eight);
  });
}

test('Shift+Enter breaks the line, Enter sends, and the caret stays', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.types('First');
  await ann.composer().press('Shift+Enter');
  await ann.types('Second');
  await expect(ann.composer()).toHaveValue('First\nSecond');
  await ann.composer().press('Enter');
  await ann.sees('Second');
  await expect(ann.composer()).toBeFocused();
  await ann.types('Third');
  await send(ann).click();
  await ann.sees('Third');
  await expect(ann.composer()).toBeFocused();
});

test('Enter that ends a composition sends nothing', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.composer().fill('你好');
  await ann.composer().dispatchEvent('keydown', { key: 'Enter', isComposing: true });
  await ann.composer().dispatchEvent('keydown', { key: 'Enter', keyCode: 229 });
  await expect(ann.composer()).toHaveValue('你好');
  await ann.composer().press('Enter');
  await ann.sees('你好');
  await expect(ann.messages()).toHaveCount(1);
});

test('near the limit one sees how many bytes there are, over it nothing is sent', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.composer().fill('x'.repeat(14_000));
  await expect(count(ann)).toBeEmpty();
  await ann.composer().fill('é'.repeat(8_192));
  await expect(count(ann)).toHaveText('16,384 of 16,384 bytes');
  await expect(send(ann)).toBeEnabled();
  await ann.composer().press('End');
  await ann.types('x');
  await expect(count(ann)).toHaveText('16,385 of 16,384 bytes');
  await expect(send(ann)).toBeDisabled();
  await ann.composer().press('Enter');
  await expect(alert(ann)).toHaveText('This is 16,385 bytes long; a message has at most 16,384.');
  await expect(ann.messages()).toHaveCount(0);
  await ann.composer().press('Backspace');
  await expect(alert(ann)).toBeEmpty();
  await ann.composer().press('Enter');
  await expect(ann.messages()).toHaveCount(1);
  await expect(count(ann)).toBeEmpty();
});

test('a very long text can be pasted, and the next key is heard', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.composer().fill('word '.repeat(200_000));
  await expect(count(ann)).toHaveText('999,999 of 16,384 bytes');
  await ann.composer().press('ControlOrMeta+a');
  await ann.composer().press('Delete');
  await ann.says('Shorter');
  await ann.sees('Shorter');
});

test('a draft outlives an edit that is left, one that is saved, and a reload', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.says('Five it is');
  await ann.types('And bring the');
  await ann.beginsToEdit('Five it is');
  await ann.composer().fill('Six it is');
  await ann.composer().press('Escape');
  await expect(ann.composer()).toHaveValue('And bring the');
  await expect(ann.composer()).toBeFocused();
  await ann.sees('Five it is');

  await ann.edits('Five it is', 'Six it is');
  await expect(ann.composer()).toHaveValue('And bring the');
  await ann.beginsToEdit('Six it is');
  await ann.reloads();
  await expect(ann.composer()).toHaveValue('And bring the');
});

test('an edit that changes nothing is none, and one that leaves nothing is refused', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.says('Five it is');
  await ann.beginsToEdit('Five it is');
  await ann.composer().press('Enter');
  await expect(ann.composer()).toHaveValue('');
  await ann.beginsToEdit('Five it is');
  await ann.composer().fill('  ');
  await ann.composer().press('Enter');
  await expect(alert(ann)).toHaveText('Nothing is left of it. If it is to go, delete it instead.');
  await ann.page.getByRole('button', { name: 'Leave it as it was' }).click();
  await expect(alert(ann)).toBeEmpty();
  await ann.says('After all of that');
  await ann.isSent('After all of that');
  await expect(ann.messages()).toHaveText([/Five it is/, /After all of that/]);
  await expect(ann.message('Five it is')).not.toContainText('edited');
});

test('an arrow up in an empty composer edits the last message of one’s own', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.says('Five it is');
  await bob.says('Fine');
  await ann.sees('Fine');
  await ann.composer().press('ArrowUp');
  await expect(ann.composer()).toHaveValue('Five it is');
  await ann.composer().fill('Six it is');
  await ann.composer().press('Enter');
  await bob.sees('Six it is');
});

test('an answer can be called off', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await bob.says('Who brings the lamp?');
  await ann.opensMenuOf('Who brings the lamp?');
  await ann.menu().getByRole('menuitem', { name: 'Answer' }).click();
  await expect(ann.composer()).toHaveAccessibleDescription('Answer to Bob Who brings the lamp?');
  await ann.page.getByRole('button', { name: 'Do not answer to this message' }).click();
  await ann.says('I do');
  await expect(ann.message('I do').getByRole('link')).toHaveCount(0);
});

test('an emoji goes to where the caret is', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.types('ab');
  await ann.composer().press('ArrowLeft');
  await ann.page.getByRole('button', { name: 'Emoji' }).click();
  const picker = ann.page.getByRole('dialog', { name: 'Emoji' });
  await picker.getByRole('searchbox').fill('sailboat');
  await picker.getByRole('button', { name: 'sailboat' }).first().click();
  await expect(ann.composer()).toHaveValue(/^a⛵\uFE0F?b$/);
  await expect(ann.composer()).toBeFocused();
});
