import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { expectAccessibleEverywhere } from '../accessible.ts';
import { Duologue } from '../duologue.ts';
import { Person } from '../person.ts';
import { expect, test as base } from '../test.ts';

/** A server of the test's own where one registers by invitation. */
const test = base.extend<{ server: Duologue }>({
  server: async ({}, use, info) => {
    const server = await Duologue.on(`invite-${info.testId}`, { DUOLOGUE_REGISTRATION: 'invite' });
    await use(server);
    await server.isThrownAway();
  },
});

/** What a phone would read that is held before the picture. */
function read(screenshot: Buffer): string | undefined {
  const picture = PNG.sync.read(screenshot);
  return jsqr.default(new Uint8ClampedArray(picture.data), picture.width, picture.height)?.data;
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`from an empty server to an invited friend, ${colorScheme}`, async ({ browser, server }) => {
    const ann = await Person.arrives(browser, server.urlOf('Ann'), 'Ann', 'ann', { colorScheme });
    await ann.page.goto('/register');
    await expect(ann.page.getByText('by invitation')).toBeVisible();
    await expect(ann.page.getByLabel('Username')).toHaveCount(0);

    await ann.page.goto(await server.firstLink());
    await expect(ann.page.getByText('the first account here')).toBeVisible();
    await ann.fillsTheGate();
    await expect(ann.page.getByRole('navigation', { name: 'Conversations' })).toBeVisible();

    await ann.page.goto('/new');
    await ann.page.getByRole('link', { name: 'Invite somebody' }).click();
    await ann.page.getByRole('button', { name: 'Make an invitation' }).click();
    const link = await ann.page.getByLabel('The link', { exact: true }).inputValue();
    const picture = ann.page.getByRole('img', { name: 'The link as a QR code' });
    expect(read(await picture.screenshot())).toBe(link);
    await expectAccessibleEverywhere(ann.page, 'an invitation');
    await ann.page.context().grantPermissions(['clipboard-read']);
    await ann.page.getByRole('button', { name: 'Copy' }).click();
    await expect(ann.page.getByText('Copied.')).toBeVisible();
    expect(await ann.page.evaluate(() => navigator.clipboard.readText())).toBe(link);

    const phone = { viewport: { width: 375, height: 740 }, colorScheme };
    const bob = await Person.arrives(browser, server.urlOf('Ann'), 'Bob', 'bob', phone);
    await bob.page.goto(link);
    await expect(bob.page.getByText('Ann invites you to talk here.')).toBeVisible();
    await expectAccessibleEverywhere(bob.page, 'an invitation is opened');
    await bob.fillsTheGate();
    await expect(bob.page).toHaveURL(new RegExp(`/with/${ann.username}$`));
    await bob.isConnected();
    await bob.says('Here I am');
    await ann.page.goto(`/with/${bob.username}`);
    await expect(ann.page.getByText('Here I am').last()).toBeVisible();

    const late = await Person.arrives(browser, server.urlOf('Ann'), 'Cem');
    await late.page.goto(link);
    await expect(late.page.getByText('has been used')).toBeVisible();
    await late.page.goto('/login');
    await expect(late.page.getByRole('link', { name: 'Make an account' })).toHaveCount(0);
    for (const person of [ann, bob, late]) await person.context.close();
  });
}
