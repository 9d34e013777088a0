import { expectAccessible } from '../accessible.ts';
import { expect, test } from '../test.ts';

const said = 'Which means getting up at five.';

for (const size of [{ width: 375, height: 740 }, { width: 1440, height: 900 }]) {
  test.describe(`at ${size.width} pixels`, () => {
    test.beforeEach(async ({ ann, bob }) => {
      await ann.opensConversationWith(bob);
      await ann.says(said);
      await ann.isSent(said);
      await ann.page.setViewportSize(size);
    });

    test('the menu is used by the keyboard alone', async ({ ann }) => {
      const item = (name: string) => ann.menu().getByRole('menuitem', { name });
      const { keyboard } = ann.page;
      await ann.message(said).focus();
      await keyboard.press('Enter');
      await expect(ann.menu().getByRole('menuitemradio', { name: 'red heart' })).toBeFocused();
      await keyboard.press('ArrowRight');
      await expect(ann.menu().getByRole('menuitemradio', { name: 'thumbs up' })).toBeFocused();
      await keyboard.press('ArrowDown');
      await expect(item('Answer')).toBeFocused();
      await keyboard.press('End');
      await expect(item('Delete for both …')).toBeFocused();
      await keyboard.press('ArrowDown');
      await expect(ann.menu().getByRole('menuitemradio', { name: 'red heart' })).toBeFocused();
      await keyboard.press('a');
      await expect(item('Answer')).toBeFocused();
      await keyboard.press('ArrowUp');
      await keyboard.press('ArrowUp');
      await expect(item('Delete for both …')).toBeFocused();
      await keyboard.press('Home');
      await expect(ann.menu().getByRole('menuitemradio', { name: 'red heart' })).toBeFocused();
      await keyboard.press('Escape');
      await expect(ann.menu()).toBeHidden();
      await expect(ann.message(said)).toBeFocused();
    });

    test('each key on a message does what the menu says', async ({ ann }) => {
      const { keyboard } = ann.page;
      await ann.message(said).focus();
      await keyboard.press('r');
      await expect(ann.composer()).toBeFocused();
      await expect(ann.page.getByText('Answer to yourself')).toBeVisible();
      await keyboard.press('Escape');
      await expect(ann.page.getByText('Answer to yourself')).toBeHidden();

      await ann.message(said).focus();
      await keyboard.press('c');
      await ann.message(said).focus();
      await keyboard.press('e');
      await expect(ann.composer()).toHaveValue(said);
      await keyboard.press('Escape');
      await expect(ann.composer()).toHaveValue('');
      await keyboard.press('ControlOrMeta+v');
      await expect(ann.composer()).toHaveValue(said);

      await ann.message(said).focus();
      await keyboard.press('+');
      await expect(ann.page.getByRole('dialog', { name: 'Emoji' })).toBeVisible();
      await keyboard.press('Escape');
      await expect(ann.message(said)).toBeFocused();

      await keyboard.press('Delete');
      await expect(ann.page.getByRole('button', { name: 'Keep it' })).toBeFocused();
      await keyboard.press('Escape');
      await expect(ann.page.getByRole('dialog')).toBeHidden();
      await expect(ann.message(said)).toBeFocused();
      await ann.sees(said);
    });

    test('who thinks better of it at once stays at the message', async ({ ann }) => {
      for (const key of ['+', 'Delete', 'Enter']) {
        await ann.message(said).focus();
        // Both keys come before what the first one asks for has been drawn, and the next line after that.
        await ann.message(said).evaluate(
          async (row, key) => {
            const press = (key: string) => row.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
            press(key);
            press('Escape');
            for (const _ of [1, 2, 3]) await new Promise(requestAnimationFrame);
          },
          key,
        );
        await expect(ann.message(said)).toBeFocused();
        await expect(ann.page.getByRole('dialog').or(ann.menu())).toBeHidden();
      }
      // And where it stands there already, but does not have the focus yet.
      await ann.message(said).evaluate(async (row) => {
        const press = (key: string) => row.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        press('+');
        await new Promise(requestAnimationFrame);
        press('Escape');
        for (const _ of [1, 2, 3]) await new Promise(requestAnimationFrame);
      });
      await expect(ann.message(said)).toBeFocused();
      await expect(ann.page.getByRole('dialog')).toBeHidden();
    });

    test('the menu opens by its button and by a right click, and goes with the focus', async ({ ann }) => {
      await ann.opensMenuOf(said);
      await ann.page.keyboard.press('Escape');
      await expect(ann.said(said).getByRole('button', { name: 'Actions for this message' })).toBeFocused();
      await ann.message(said).click({ button: 'right' });
      await expect(ann.menu()).toBeVisible();
      await ann.heading().click();
      await expect(ann.menu()).toBeHidden();
    });

    for (const colorScheme of ['light', 'dark'] as const) {
      test(`everybody can use what opens over a message, ${colorScheme}`, async ({ ann }) => {
        await ann.page.emulateMedia({ colorScheme });
        await ann.opensMenuOf(said);
        await expectAccessible(ann.page, 'the menu');
        await ann.menu().getByRole('menuitem', { name: 'Delete for both …' }).click();
        await expect(ann.page.getByRole('dialog')).toBeVisible();
        await expectAccessible(ann.page, 'the question');
        await ann.page.getByRole('button', { name: 'Keep it' }).click();
        await ann.beginsToEdit(said);
        await ann.composer().fill('');
        await ann.composer().press('Enter');
        await expect(ann.page.getByRole('alert')).toContainText('delete it instead');
        await expectAccessible(ann.page, 'a refused edit');
      });
    }
  });
}

test('the menu and the question, as they are heard', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.says(said);
  await ann.isSent(said);
  await ann.opensMenuOf(said);
  await expect(ann.menu()).toMatchAriaSnapshot(`
    - menu "Actions for this message":
      - group "React":
        - menuitemradio "red heart"
        - menuitemradio "thumbs up"
        - menuitemradio "tears of joy"
        - menuitemradio "open mouth"
        - menuitemradio "tear"
        - menuitemradio "folded hands"
        - menuitem "Another emoji"
      - menuitem "Answer"
      - menuitem "Edit"
      - menuitem "Copy the text"
      - separator
      - menuitem "Delete for both …"
  `);
  await ann.menu().getByRole('menuitem', { name: 'Delete for both …' }).click();
  await expect(ann.page.getByRole('dialog')).toMatchAriaSnapshot(`
    - dialog "Delete this message for both?":
      - heading "Delete this message for both?" [level=2]
      - paragraph: /from your devices and from Bob’s as soon as they are connected/
      - button "Keep it"
      - button "Delete for both"
  `);
});
