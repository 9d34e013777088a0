import { expect, test } from '../test.ts';

test('a tick goes from waiting to sent to delivered to read', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.leaves();

  await ann.goesOffline();
  await ann.says('One small question');
  await expect(ann.message('One small question')).toContainText('Waiting');

  await ann.comesBack();
  await expect(ann.message('One small question')).toContainText('Sent');

  await bob.returns();
  await expect(ann.message('One small question')).toContainText('Delivered');

  await bob.returnsToConversationWith(ann);
  await expect(ann.message('One small question')).toContainText('Read');
});

test('the list shows the same tick as the message', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.says('Seen at once');
  await expect(ann.message('Seen at once')).toContainText('Read');
  await expect(ann.row(bob)).toContainText('Read');
});

test('ticks are the same after a reload', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.says('Before the reload');
  await expect(ann.message('Before the reload')).toContainText('Read');
  await ann.reloads();
  await expect(ann.message('Before the reload')).toContainText('Read');
});
