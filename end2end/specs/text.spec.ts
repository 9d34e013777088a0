import { expect, test } from '../test.ts';
import { Person } from '../person.ts';

const texts = {
  English: 'The ferry is late again, so there is time.',
  Chinese: '周六下午有雨，叫我们带上雨衣，别忘了热水瓶。',
  Arabic: 'شكرًا لها، سأحضر القهوة والخبز.',
  emoji: '⛵️☀️👩‍👩‍👧',
  markup: '<b>bold</b> & "quoted" &amp; <a href="/logout">here</a>',
  'a script': '<script>alert("script")</script>',
  'an image with a handler': '<img src="nowhere" onerror="alert(1)">',
};

for (const [kind, text] of Object.entries(texts)) {
  test(`${kind} arrives as it was written`, async ({ ann, bob }) => {
    await ann.opensConversationWith(bob);
    await bob.opensConversationWith(ann);
    await ann.says(text);
    await ann.sees(text);
    await bob.sees(text);
    await bob.reloads();
    await bob.sees(text);
    expect([...ann.dialogs, ...bob.dialogs]).toEqual([]);
    await expect(bob.message(text).getByRole('link')).toHaveCount(0);
    await expect(bob.message(text).getByRole('img')).toHaveCount(0);
  });
}

test('a shown name with markup is only a name', async ({ ann, browser, server }) => {
  const bob = await Person.arrives(browser, server.url, '<i>Bob</i>', 'bob');
  await bob.makesAnAccount();
  await ann.opensConversationWith(bob);
  await expect(ann.heading()).toHaveText('<i>Bob</i>');
  await bob.context.close();
});
