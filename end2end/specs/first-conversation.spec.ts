import { expect, test } from '../test.ts';

test('two people who know one name talk', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.says('Is this on?');
  await bob.returnsToConversationWith(ann);
  await bob.sees('Is this on?');
  await bob.says('It is.');
  await ann.sees('It is.');
  await expect(ann.messages()).toHaveText([/^\s*You: Is this on\?/, /^\s*Bob: It is\./]);
  await expect(bob.messages()).toHaveText([/^\s*Ann: Is this on\?/, /^\s*You: It is\./]);
});

test('capital letters in a name make no difference', async ({ ann, bob }) => {
  await ann.page.getByRole('navigation').getByRole('link', { name: 'New conversation' }).click();
  await ann.page.getByLabel('Username').fill(bob.username.toUpperCase());
  await ann.page.getByRole('button', { name: 'Start' }).click();
  await expect(ann.heading()).toHaveText('Bob');
});

test('a conversation shows in the list of both', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.says('One line for the list');
  await expect(ann.row(bob)).toContainText('One line for the list');
  await expect(bob.row(ann)).toContainText('One line for the list');
});

test('a blank message is not sent', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.composer().fill('   ');
  await ann.composer().press('Enter');
  await ann.composer().fill('Something after all');
  await ann.composer().press('Enter');
  await expect(ann.message('Something after all')).toContainText('Delivered');
  await expect(ann.messages()).toHaveCount(1);
});

test('the keyboard alone is enough', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.composer().focus();
  await ann.page.keyboard.type('First line');
  await ann.page.keyboard.press('Shift+Enter');
  await ann.page.keyboard.type('second line');
  await ann.page.keyboard.press('Enter');
  await bob.returnsToConversationWith(ann);
  await expect(bob.messages()).toHaveText([/First line\s*second line/]);
});

test('one can go back from a conversation and return to it', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.says('Before going back.');
  await ann.page.goBack();
  await expect(ann.log()).toBeHidden();
  await ann.returnsToConversationWith(bob);
  await ann.says('After coming back.');
  await ann.sees('After coming back.');
  await ann.isConnected();
});
