import { expect, test } from '../test.ts';
import { lines } from '../person.ts';

const missed = ['The ferry left.', 'The next one is at nine.', 'Bring the lamp.'];

test('who was away finds all of it', async ({ ann, bob }) => {
  await bob.leaves();
  await ann.opensConversationWith(bob);
  for (const text of missed) await ann.says(text);
  await expect(ann.message(missed[2]!)).toContainText('Sent');

  await bob.returns();
  await expect(bob.row(ann)).toHaveAccessibleName(/3 unread/);
  await bob.returnsToConversationWith(ann);
  await expect(bob.messages()).toHaveText(lines(missed));
  await expect(bob.log().getByText('3 new')).toBeVisible();
});

test('unread goes once it was read, and stays gone', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  for (const text of missed) await ann.says(text);
  await expect(bob.row(ann)).toHaveAccessibleName(/3 unread/);
  await bob.returnsToConversationWith(ann);
  await expect(bob.row(ann)).not.toHaveAccessibleName(/unread/);
  await expect(ann.message(missed[2]!)).toContainText('Read');
  await bob.reloads();
  await expect(bob.row(ann)).not.toHaveAccessibleName(/unread/);
});

test('the divider stays until one leaves the conversation', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  for (const text of missed) await ann.says(text);
  await expect(bob.row(ann)).toHaveAccessibleName(/3 unread/);
  await bob.returnsToConversationWith(ann);
  await expect(ann.message(missed[2]!)).toContainText('Read');
  await expect(bob.log().getByText('3 new')).toBeVisible();
  await bob.page.getByRole('navigation').getByRole('link', { name: 'New conversation' }).click();
  await bob.returnsToConversationWith(ann);
  await expect(bob.messages()).toHaveText(lines(missed));
  await expect(bob.log().getByText('3 new')).toHaveCount(0);
});

test('own messages are never unread', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  for (const text of missed) await ann.says(text);
  await expect(ann.message(missed[2]!)).toContainText(/Sent|Delivered/);
  await ann.reloads();
  await expect(ann.messages()).toHaveText(lines(missed));
  await expect(ann.row(bob)).not.toHaveAccessibleName(/unread/);
});
