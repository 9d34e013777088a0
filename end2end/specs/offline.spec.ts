import { expect, test } from '../test.ts';
import { lines } from '../person.ts';

const written = ['Written in the tunnel.', 'Still in the tunnel.', 'And bread, two of the dark ones.'];

test('what is written offline waits, and goes out once and in order', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.goesOffline();
  for (const text of written) {
    await ann.says(text);
    await expect(ann.message(text)).toContainText('Waiting');
  }
  await expect(bob.messages()).toHaveCount(0);

  await ann.comesBack();
  await expect(bob.messages()).toHaveText(lines(written));
  await expect(ann.messages()).toHaveText(lines(written));
  await expect(ann.message(written[2]!)).toContainText('Read');
});

test('a banner says that the link is gone, and goes with it', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.goesOffline();
  await expect(ann.banner()).toContainText('No connection. What you write is kept, and goes out by itself.');
  await expect(ann.page.getByRole('button', { name: 'Try now' })).toBeVisible();
  await ann.comesBack();
  await expect(ann.banner()).toBeHidden();
});

test('what the others wrote meanwhile is there without a reload', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.goesOffline();
  for (const text of written) await bob.says(text);
  await expect(bob.message(written[2]!)).toContainText('Sent');
  await expect(ann.messages()).toHaveCount(0);
  await ann.comesBack();
  await expect(ann.messages()).toHaveText(lines(written));
});

test('waiting messages find their place after what came first', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.goesOffline();
  await ann.says('Second, because it was offline');
  await bob.says('First, because it was sent');
  await expect(bob.message('First, because it was sent')).toContainText('Sent');
  await ann.comesBack();
  const order = lines(['First, because it was sent', 'Second, because it was offline']);
  await expect(ann.messages()).toHaveText(order);
  await expect(bob.messages()).toHaveText(order);
});

test('words that were not sent yet are still in the composer after a reload', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.types('Also: the flask is leaking');
  await ann.reloads();
  await expect(ann.composer()).toHaveValue('Also: the flask is leaking');
});
