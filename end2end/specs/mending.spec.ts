import { expect, test } from '../test.ts';
import { refuse } from '../refusing.ts';
import { Person } from '../person.ts';
import type { Browser } from '@playwright/test';

const said = 'High water 06:48';

/** Everybody who must see the same in the end: both, a second tab of the peer, and a device of the peer that was away. */
async function everybody(ann: Person, bob: Person, browser: Browser) {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.says(said);
  const tab = await bob.secondTab();
  await tab.returnsToConversationWith(ann);
  const away = await bob.alsoAt(browser);
  await away.returnsToConversationWith(ann);
  await away.sees(said);
  await away.goesOffline();
  return { tab, away };
}

test('an answer quotes what it answers', async ({ ann, bob, browser }) => {
  const { tab, away } = await everybody(ann, bob, browser);
  await bob.answers(said, 'Seven, then.');
  await away.comesBack();
  for (const one of [ann, bob, tab, away]) {
    await one.sees('Seven, then.');
    await expect(one.message('Seven, then.').getByRole('link')).toHaveAccessibleName(new RegExp(`(Ann|You) ${said}`));
  }
  await ann.deletes(said);
  await expect(bob.message('Seven, then.').getByRole('link')).toHaveAccessibleName('Ann A deleted message');
  await away.context.close();
});

test('an edit changes the words, says so, and rings for nobody', async ({ ann, bob, browser }) => {
  const { tab, away } = await everybody(ann, bob, browser);
  await ann.opensMenuOf(said);
  await expect(ann.menu().getByRole('menuitem', { name: 'Edit' })).toBeVisible();
  await ann.page.keyboard.press('Escape');
  await ann.edits(said, 'High water 07:12');
  await away.comesBack();
  for (const one of [ann, bob, tab, away]) {
    await one.sees('High water 07:12');
    await expect(one.message('High water 07:12')).toContainText('edited');
    await expect(one.message(said)).toHaveCount(0);
    await expect(one.messages()).toHaveCount(1);
  }
  await bob.opensMenuOf('High water 07:12');
  await expect(bob.menu().getByRole('menuitem', { name: 'Edit' })).toHaveCount(0);
  await expect(bob.menu().getByRole('menuitem', { name: 'Delete for both …' })).toHaveCount(0);
  await away.context.close();
});

test('a deletion leaves the place and takes the words', async ({ ann, bob, browser }) => {
  const { tab, away } = await everybody(ann, bob, browser);
  await ann.deletes(said);
  await expect(ann.message('You deleted this message')).toBeFocused();
  await away.comesBack();
  await expect(ann.messages()).toHaveText(/You deleted this message/);
  for (const one of [bob, tab, away]) {
    await expect(one.messages()).toHaveText(/Ann deleted this message/);
    await expect(one.messages().getByRole('button')).toHaveCount(0);
  }
  await away.context.close();
});

test('a reaction stands at its message, one from each, and is taken back', async ({ ann, bob, browser }) => {
  const { tab, away } = await everybody(ann, bob, browser);
  const reaction = (one: Person) => one.said(said).getByRole('button', { name: /reacted with/ });
  await bob.reacts(said, 'thumbs up');
  await bob.reacts(said, 'red heart');
  await ann.said(said).getByRole('button', { name: 'Bob reacted with ❤️. React with it too' }).click();
  await away.comesBack();
  for (const one of [ann, bob, tab, away]) {
    await expect(reaction(one)).toHaveText(/❤️ 2.*reacted with ❤️. Take yours back/);
    await expect(reaction(one)).toHaveAttribute('aria-pressed', 'true');
  }
  await bob.opensMenuOf(said);
  await expect(bob.menu().getByRole('menuitemradio', { name: 'red heart' })).toBeChecked();
  await bob.menu().getByRole('menuitemradio', { name: 'red heart' }).click();
  await reaction(ann).click();
  for (const one of [ann, bob, tab, away]) await expect(reaction(one)).toHaveCount(0);
  await away.context.close();
});

test('any emoji can be a reaction', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.says(said);
  await ann.opensMenuOf(said);
  await ann.menu().getByRole('menuitem', { name: 'Another emoji' }).click();
  const picker = ann.page.getByRole('dialog', { name: 'Emoji' });
  await picker.getByRole('searchbox').fill('sailboat');
  await picker.getByRole('button', { name: 'sailboat' }).first().click();
  await expect(ann.said(said).getByRole('button', { name: 'You reacted with ⛵' })).toBeVisible();
  await expect(ann.composer()).toHaveValue('');
});

test('an edit of what another device deleted is refused in a sentence, and its words can be saved', async ({ ann, bob, browser }) => {
  await ann.opensConversationWith(bob);
  await ann.says(said);
  const phone = await ann.alsoAt(browser);
  await phone.returnsToConversationWith(bob);
  await ann.goesOffline();
  await ann.edits(said, 'High water 07:12, and bread');
  await phone.deletes(said);
  // The phone has sent it, or the edit may come first.
  await expect(bob.row(ann)).toContainText('deleted a message');
  await ann.comesBack();
  const tombstone = ann.message('You deleted this message');
  await expect(tombstone).toContainText('Not edited: the message is deleted.');
  await expect(tombstone.getByRole('button', { name: 'Try again' })).toHaveCount(0);
  await tombstone.getByRole('button', { name: 'Copy the text' }).click();
  await tombstone.getByRole('button', { name: 'Dismiss' }).click();
  await expect(tombstone).not.toContainText('Not edited');
  await ann.composer().press('ControlOrMeta+v');
  await expect(ann.composer()).toHaveValue('High water 07:12, and bread');
  await phone.context.close();
});

test('while one edits, a deletion elsewhere is said, and the words stay as a draft', async ({ ann, bob, browser }) => {
  await ann.opensConversationWith(bob);
  await ann.says(said);
  const phone = await ann.alsoAt(browser);
  await phone.returnsToConversationWith(bob);
  await ann.beginsToEdit(said);
  await ann.composer().fill('High water 07:12, and bread');
  await phone.deletes(said);
  await expect(ann.page.getByRole('alert')).toHaveText(/has been deleted meanwhile/);
  await expect(ann.composer()).toHaveValue('High water 07:12, and bread');
  await ann.reloads();
  await expect(ann.composer()).toHaveValue('High water 07:12, and bread');
  await phone.context.close();
});

test('a reaction to what just vanished is refused in a sentence', async ({ ann, bob, browser }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.says(said);
  await bob.sees(said);
  const phone = await ann.alsoAt(browser);
  await bob.goesOffline();
  await bob.reacts(said, 'thumbs up');
  await ann.deletes(said);
  await expect(phone.row(bob)).toContainText('You deleted a message');
  await bob.comesBack();
  const tombstone = bob.message('Ann deleted this message');
  await expect(tombstone).toContainText('No reaction: the message is deleted.');
  await tombstone.getByRole('button', { name: 'Dismiss' }).click();
  await expect(tombstone).not.toContainText('No reaction');
  await phone.context.close();
});

test('what both devices delete at once is deleted, and nobody is told off', async ({ ann, bob, browser }) => {
  await ann.opensConversationWith(bob);
  await ann.says(said);
  const phone = await ann.alsoAt(browser);
  await phone.returnsToConversationWith(bob);
  await ann.goesOffline();
  await ann.deletes(said);
  await phone.deletes(said);
  await ann.comesBack();
  await expect(ann.messages()).toHaveText(/You deleted this message/);
  await expect(ann.page.getByText('Not deleted')).toHaveCount(0);
  await phone.context.close();
});

test('a refused message says why, and is sent again or thrown away', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  const relent = await refuse(ann.page, 'not_available', (frame) => frame.type === 'send');
  await ann.reloads();
  await ann.says('The first try');
  await ann.says('Never sent');
  for (const text of ['The first try', 'Never sent']) {
    await expect(ann.message(text)).toContainText('Not sent: this person cannot be written to.');
  }
  relent();
  await ann.message('Never sent').getByRole('button', { name: 'Delete' }).click();
  await expect(ann.message('Never sent')).toHaveCount(0);
  await ann.message('The first try').getByRole('button', { name: 'Try again' }).click();
  await bob.sees('The first try');
  await expect(ann.message('The first try')).not.toContainText('Not sent');
  await expect(bob.messages()).toHaveCount(1);
});

for (const [type, sentence, mend] of [
  ['edit', 'Not edited: the server did not take it.', (ann: Person) => ann.edits(said, 'High water 07:12')],
  ['delete', 'Not deleted: the server did not take it.', (ann: Person) => ann.deletes(said)],
  ['react', 'No reaction: the server did not take it.', (ann: Person) => ann.reacts(said, 'tear')],
] as const) {
  test(`a refused ${type} is said at its message, which stays as it was`, async ({ ann, bob }) => {
    await ann.opensConversationWith(bob);
    await ann.says(said);
    await ann.isSent(said);
    await refuse(ann.page, 'conflict', (frame) => frame.type === type);
    await ann.reloads();
    await mend(ann);
    await expect(ann.said(said)).toContainText(sentence);
    await expect(ann.said(said).getByRole('button', { name: 'Try again' })).toBeVisible();
    await ann.said(said).getByRole('button', { name: 'Dismiss' }).click();
    await expect(ann.said(said)).not.toContainText(sentence);
  });
}

test('what was never sent can be changed and taken back without a trace', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.goesOffline();
  await ann.says('Wriitten in the tunnel');
  await ann.says('Better not');
  await ann.edits('Wriitten in the tunnel', 'Written in the tunnel');
  await ann.opensMenuOf('Better not');
  await expect(ann.menu().getByRole('menuitem', { name: 'Answer' })).toHaveCount(0);
  await ann.menu().getByRole('menuitem', { name: 'Delete' }).click();
  await ann.comesBack();
  await bob.sees('Written in the tunnel');
  await expect(bob.messages()).toHaveCount(1);
  await expect(bob.messages()).not.toContainText('edited');
});
