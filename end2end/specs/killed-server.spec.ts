import { expect, testWithOwnServer as test } from '../test.ts';
import { lines } from '../person.ts';

const written = ['Written to nobody.', 'The light is out.', 'I will wait here.'];

test('messages that wait outlive the page and the server', async ({ ann, bob, server }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await server.isKilled();
  await expect(ann.link()).not.toHaveText('Connected');
  for (const text of written) {
    await ann.says(text);
    await expect(ann.message(text)).toContainText('Waiting');
  }
  await ann.leaves();

  await server.starts();
  await ann.returns(bob);
  await expect(ann.messages()).toHaveText(lines(written));
  await expect(ann.message(written[2]!)).toContainText(/Delivered|Read/, { timeout: 45_000 });
  await bob.isConnected();
  await expect(bob.messages()).toHaveText(lines(written));
});

test('messages that wait go out although another page is open', async ({ ann, bob, server }) => {
  await ann.opensConversationWith(bob);
  await server.isKilled();
  await expect(ann.link()).not.toHaveText('Connected');
  for (const text of written) await ann.says(text);
  await ann.leaves();

  await server.starts();
  await ann.returns('/');
  await bob.isConnected();
  await expect(bob.row(ann)).toHaveAccessibleName(/3 unread/, { timeout: 30_000 });
  await bob.returnsToConversationWith(ann);
  await expect(bob.messages()).toHaveText(lines(written));
});

test('a server killed in the middle of a burst loses nothing and doubles nothing', async ({ ann, bob, server }) => {
  test.setTimeout(120_000);
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  const burst = Array.from({ length: 40 }, (_, n) => `Number ${n + 1} of forty.`);

  const writing = (async () => {
    for (const text of burst) await ann.says(text);
  })();
  await expect(bob.message(burst[9]!)).toBeVisible();
  await server.isKilled();
  await writing;
  await server.starts();

  await expect(ann.message(burst[39]!)).toContainText(/Sent|Delivered|Read/, { timeout: 60_000 });
  for (const person of [ann, bob]) {
    await person.isConnected();
    await expect(person.messages()).toHaveText(lines(burst), { timeout: 30_000 });
  }
  for (const person of [ann, bob]) {
    await person.reloads();
    await expect(person.messages()).toHaveText(lines(burst));
  }
});

test('a session and a conversation outlive a killed server', async ({ ann, bob, server }) => {
  await ann.opensConversationWith(bob);
  await ann.says('Kept on the disk');
  await expect(ann.message('Kept on the disk')).toContainText(/Sent|Delivered/);
  await server.isKilled();
  await server.starts();
  await ann.reloads();
  await ann.sees('Kept on the disk');
});
