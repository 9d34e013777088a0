import { join } from 'node:path';
import { lines, Person } from './person.ts';
import { expect, test } from './test.ts';

const folder = '../target/shots';
const widths = { 375: 740, 800: 900, 1440: 900 };

for (const colorScheme of ['light', 'dark'] as const) {
  test(`pictures, ${colorScheme}`, async ({ browser, server }) => {
    const ann = await Person.arrives(browser, server.url, 'Ann', 'ann', { colorScheme });
    const bob = await Person.arrives(browser, server.url, 'Bob', 'bob', { colorScheme });
    const shoot = async (name: string) => {
      for (const [width, height] of Object.entries(widths)) {
        await ann.page.setViewportSize({ width: Number(width), height });
        await ann.page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
      }
      await ann.page.setViewportSize({ width: 1280, height: 800 });
    };

    await ann.page.goto('/login');
    await expect(ann.heading()).toBeVisible();
    await shoot('sign-in');
    await ann.page.goto('/register');
    await expect(ann.heading()).toBeVisible();
    await shoot('register');

    await ann.makesAnAccount();
    await ann.isConnected();
    await shoot('empty');

    await bob.makesAnAccount();
    await bob.isConnected();
    await ann.opensConversationWith(bob);
    await bob.opensConversationWith(ann);
    const turns: [Person, string][] = [
      [bob, 'Did the tide table for Saturday ever arrive?'],
      [ann, 'It did. High water 06:48, so we have to be off the slip by seven.'],
      [ann, 'Which means getting up at five. Sorry.'],
      [bob, 'I have forgiven worse.'],
      [bob, '周六下午有雨，带上雨衣，别忘了热水瓶。'],
      [ann, 'شكرًا لها، سأحضر القهوة والخبز.'],
      [bob, '⛵️☀️'],
      [bob, 'The next ferry is at nine, says <b>the board</b>.'],
      [ann, 'Then there is time for breakfast.'],
    ];
    for (const [person, text] of turns) {
      await person.says(text);
      await ann.sees(text);
      await bob.sees(text);
    }
    await expect(ann.messages()).toHaveText(lines(turns.map(([, text]) => text)));
    await expect(ann.message(turns.at(-1)![1])).toContainText('Read');
    await bob.types('So there');
    await expect(ann.peerStatus()).toHaveText('typing…');
    await shoot('conversation');
    await bob.composer().clear();

    await ann.goesOffline();
    await ann.says('I am in the tunnel. If this arrives late, the answer is yes.');
    await expect(ann.banner()).toBeVisible();
    await shoot('offline');
    await ann.comesBack();

    await ann.page.goto('/settings');
    await expect(ann.heading()).toBeVisible();
    await shoot('settings');
    await ann.context.close();
    await bob.context.close();
  });
}
