import { expect, test } from '../test.ts';
import type { Person } from '../person.ts';

/** Typing and presence are for people with a conversation: let there be one. */
async function haveMet(ann: Person, bob: Person) {
  await ann.opensConversationWith(bob);
  await ann.says('Hello');
  await bob.returnsToConversationWith(ann);
  await bob.sees('Hello');
}

test('typing shows, and goes with the message', async ({ ann, bob }) => {
  await haveMet(ann, bob);
  await ann.types('Half a sentence');
  await expect(bob.peerStatus()).toHaveText('typing…');
  await ann.composer().press('Enter');
  await bob.sees('Half a sentence');
  await expect(bob.peerStatus()).toHaveText('online');
});

test('typing goes when the words are taken back', async ({ ann, bob }) => {
  await haveMet(ann, bob);
  await ann.types('Rather not');
  await expect(bob.peerStatus()).toHaveText('typing…');
  await ann.composer().clear();
  await expect(bob.peerStatus()).toHaveText('online');
});

test('typing goes by itself when nothing more is typed', async ({ ann, bob }) => {
  await haveMet(ann, bob);
  await ann.types('I was about to say');
  await expect(bob.peerStatus()).toHaveText('typing…');
  await expect(bob.peerStatus()).toHaveText('online');
});

test('who is here is online, and who left was last seen', async ({ ann, bob }) => {
  await haveMet(ann, bob);
  await expect(ann.peerStatus()).toHaveText('online');
  await expect(ann.row(bob)).toHaveAccessibleName(/online/);
  await bob.leaves();
  await expect(ann.peerStatus()).toHaveText(/^last seen /, { timeout: 20_000 });
  await bob.returns();
  await expect(ann.peerStatus()).toHaveText('online');
});

test('a stranger does not learn who is online', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await expect(bob.link()).toHaveText('Connected');
  await expect(ann.peerStatus().filter({ hasText: 'online' })).toHaveCount(0);
});
