import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../test.ts';

/** Each complaint in a line: the rule, and where. */
async function complaints(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} (${rule.help})`));
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`everybody can use the way in, ${colorScheme}`, async ({ browser, server }) => {
    const context = await browser.newContext({ baseURL: server.url, colorScheme });
    const page = await context.newPage();
    for (const path of ['/login', '/register']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await complaints(page), path).toEqual([]);
    }
    await context.close();
  });

  test(`everybody can use the pages inside, ${colorScheme}`, async ({ ann, bob }) => {
    await ann.page.emulateMedia({ colorScheme });
    expect(await complaints(ann.page), 'nobody in the list').toEqual([]);
    await ann.opensConversationWith(bob);
    await bob.opensConversationWith(ann);
    await ann.says('A message of my own');
    await expect(ann.message('A message of my own')).toContainText('Read');
    await bob.says('One of the peer');
    await ann.sees('One of the peer');
    for (const path of [`/with/${bob.username}`, '/']) {
      await ann.page.goto(path);
      await ann.isConnected();
      expect(await complaints(ann.page), path).toEqual([]);
    }
    for (const path of ['/settings', '/settings/leave']) {
      await ann.page.goto(path);
      await expect(ann.heading()).toHaveText('Settings');
      expect(await complaints(ann.page), path).toEqual([]);
    }
  });
}

test('the way in reads like this', async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  await page.goto('/login');
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Sign in" [level=1]
      - textbox "Username"
      - textbox "Password"
      - button "Sign in"
      - paragraph:
        - link "Make an account"
  `);
  await page.getByRole('link', { name: 'Make an account' }).click();
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Make an account" [level=1]
      - textbox "Username"
      - textbox "Shown as (optional)"
      - textbox "Password"
      - button "Make the account"
      - paragraph:
        - link "Sign in"
  `);
  await context.close();
});

test('the settings read like this', async ({ ann }) => {
  await ann.opensSettings();
  await expect(ann.page.getByRole('navigation', { name: 'Settings' })).toMatchAriaSnapshot(`
    - navigation "Settings":
      - link "Duologue"
      - link "Close settings"
      - list:
        - listitem:
          - link "Profile"
        - listitem:
          - link "Password"
        - listitem:
          - link "Notifications"
        - listitem:
          - link "Appearance"
        - listitem:
          - link "Language"
        - listitem:
          - link "Devices"
        - listitem:
          - link "Keyboard"
        - listitem:
          - link "Leave"
        - listitem:
          - link "About"
      - paragraph: Ann
      - button "Sign out"
  `);
  await expect(ann.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Settings" [level=1]
      - region "Profile":
        - textbox "Shown as": Ann
        - textbox "Username"
        - button "Save"
      - region "Password":
        - textbox "Current password"
        - textbox "New password"
        - button "Change the password"
      - region "Notifications":
        - switch "Sound" [checked]
        - switch "Notifications on the desktop"
      - region "Appearance":
        - group "Theme":
          - radio "Like the system" [checked]
          - radio "Light"
          - radio "Dark"
      - region "Language":
        - combobox "Of this page"
      - region "Devices":
        - list:
          - listitem:
            - button "Sign out this device"
      - region "Keyboard":
        - table
      - region "Leave":
        - link "Delete the account …"
      - region "About"
  `);
});

test('a conversation reads like this', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  await ann.says('Who brings the lamp?');
  await bob.says('I do.');
  await expect(ann.message('I do.')).toBeVisible();
  await expect(ann.message('Who brings the lamp?')).toContainText('Read');
  await expect(ann.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Bob" [level=1]
      - status: online
      - log "Conversation with Bob":
        - list:
          - listitem:
            - paragraph: /You. Who brings the lamp/
          - listitem:
            - paragraph: /Bob. I do/
      - form "Write to Bob":
        - textbox "Message to Bob"
        - button "Send"
  `);
});

test('a phone shows one pane at a time', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await ann.says('From the bus');
  await ann.page.setViewportSize({ width: 375, height: 740 });
  await expect(ann.message('From the bus')).toBeVisible();
  await expect(ann.page.getByRole('navigation')).toHaveCount(0);
  await ann.page.getByRole('link', { name: 'Back to conversations' }).click();
  await expect(ann.row(bob)).toBeVisible();
  await expect(ann.log()).toHaveCount(0);
});
