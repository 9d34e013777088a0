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

test('an address leads where it says, and tells nobody whence one comes', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  const address = 'https://harbour.example/tides_(2026)?day=21&units=metres';
  await ann.says(`The tides (${address}), and mailto:office@harbour.example.`);
  for (const person of [ann, bob]) {
    const links = person.message('The tides').getByRole('link');
    await expect(links).toHaveText([address, 'mailto:office@harbour.example']);
    await expect(links.first()).toHaveAttribute('href', address);
    await expect(links.first()).toHaveAttribute('target', '_blank');
    await expect(links.first()).toHaveAttribute('rel', /noopener/);
  }
  await bob.reloads();
  await expect(bob.message('The tides').getByRole('link')).toHaveCount(2);
});

for (const text of [
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'https://bank.example@elsewhere.example/',
  '`https://harbour.example`',
]) {
  test(`nothing in ${text} can be followed`, async ({ ann, bob }) => {
    await ann.opensConversationWith(bob);
    await ann.says(text);
    await ann.sees(text.replaceAll('`', ''));
    await expect(ann.messages().getByRole('link')).toHaveCount(0);
  });
}

test('code stands as it was written, also after a reload', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.says('Put `date +%F` into this:\n```sh\n\nif true; then\n  backup\nfi\n```\nand try it.\n\nTwice.');
  const read = async (): Promise<void> => {
    const message = bob.message('into this');
    await expect(message.getByRole('code').first()).toHaveText('date +%F');
    await expect(message.getByRole('group', { name: 'Code' })).toBeVisible();
    expect(await message.getByRole('group', { name: 'Code' }).textContent()).toBe('\nif true; then\n  backup\nfi');
    await expect(message.getByRole('paragraph')).toHaveText(['Put date +%F into this:', 'and try it.', 'Twice.']);
  };
  await read();
  // The server's rendering and the page's must agree: what they do not agree on is said in the console.
  const complaints: string[] = [];
  bob.page.on('console', (line) => {
    if (line.type() !== 'log') complaints.push(line.text());
  });
  await bob.reloads();
  await read();
  expect(complaints).toEqual([]);
});

test('a few emoji alone are large', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.says('🎈');
  await ann.says('🎈 and words');
  await ann.says('42');
  const height = async (text: string): Promise<number> => {
    const box = await ann.log().getByRole('paragraph').filter({ hasText: new RegExp(`^${text}$`) }).boundingBox();
    return box?.height ?? 0;
  };
  const line = await height('🎈 and words');
  expect(await height('🎈')).toBeGreaterThan(1.5 * line);
  expect(await height('42')).toBe(line);
});

test('a line from right to left turns neither its neighbours nor the page', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.says('شكرًا لها، سأحضر القهوة.\n\nThen five it is.');
  const paragraphs = ann.message('Then five it is.').getByRole('paragraph');
  await expect(paragraphs.nth(0)).toHaveCSS('direction', 'rtl');
  await expect(paragraphs.nth(1)).toHaveCSS('direction', 'ltr');
  await ann.says('شكرًا https://harbour.example/a/b');
  await expect(ann.log().getByRole('link', { name: 'https://harbour.example/a/b' })).toHaveCSS('direction', 'ltr');
  await expect(ann.composer()).toHaveCSS('direction', 'ltr');
});

test('on a phone a long word and a long address are broken, and code scrolls by itself', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.page.setViewportSize({ width: 375, height: 800 });
  const word = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen';
  await ann.says(`${word}${word}`);
  await ann.says(`https://harbour.example/${'tides/'.repeat(30)}`);
  await ann.says(`\`\`\`\n${'wide '.repeat(60)}\n\`\`\``);
  await expect(ann.messages()).toHaveCount(3);
  for (const index of [0, 1, 2]) {
    const box = await ann.messages().nth(index).boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 375, `message ${index}`).toBe(true);
  }
  expect(await ann.page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
});
