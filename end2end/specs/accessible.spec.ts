import { expectAccessible, expectAccessibleEverywhere } from '../accessible.ts';
import { planTheBoatTrip } from '../boat-trip.ts';
import { Person } from '../person.ts';
import { Session } from '../program.mjs';
import { refuseToTake } from '../refusing.ts';
import { expect, test } from '../test.ts';

// Each looks at several states, four times over.
test.describe.configure({ timeout: 120_000 });

/** A conversation with messages of every kind, which ann has not opened yet. */
async function haveTalked(ann: Person, bob: Person): Promise<void> {
  const programs = [ann, bob].map(async ({ url, username }) => (await Session.signsIn(url, username)).program());
  const [annsProgram, bobsProgram] = await Promise.all(programs);
  await planTheBoatTrip(annsProgram!, bobsProgram!);
  await Promise.all([annsProgram!.settles(), bobsProgram!.settles()]);
  await Promise.all([annsProgram!.leaves(), bobsProgram!.leaves()]);
}

test('everybody can use the way in', async ({ browser, server }) => {
  const stranger = await Person.arrives(browser, server.url, 'Ann');
  for (const path of ['/login', '/register']) {
    await stranger.page.goto(path);
    await expect(stranger.heading()).toBeVisible();
    await expectAccessibleEverywhere(stranger.page, path);
  }
  await stranger.context.close();
});

test('everybody can understand why the way in was closed', async ({ ann, browser, server }) => {
  const twin = await Person.arrives(browser, server.url, 'Ann');
  await twin.page.goto('/register');
  await twin.page.getByLabel('Username').fill(ann.username);
  await twin.page.getByLabel('Password', { exact: true }).fill('long enough to be one');
  await twin.page.getByRole('button', { name: 'Make the account' }).click();
  await expect(twin.page.getByRole('alert')).toBeVisible();
  await expectAccessibleEverywhere(twin.page, 'a name that is taken');
  await twin.signsIn('not the one it was');
  await expect(twin.page.getByRole('alert')).toBeVisible();
  await expectAccessibleEverywhere(twin.page, 'a wrong password');
  await twin.context.close();
});

test('everybody can begin', async ({ ann, bob }) => {
  await expectAccessibleEverywhere(ann.page, 'nobody in the list');
  await ann.page.getByRole('navigation').getByRole('link', { name: 'New conversation' }).click();
  await ann.page.getByLabel('Username').fill('nobody-at-all');
  await ann.page.getByRole('button', { name: 'Start' }).click();
  ann.expectsTrouble(/status of 404/);
  await expect(ann.page.getByRole('alert')).toBeVisible();
  await expectAccessibleEverywhere(ann.page, 'beginning with nobody');
  await ann.page.goto('/with/nobody-at-all');
  await expect(ann.page.getByRole('alert')).toBeVisible();
  await expectAccessibleEverywhere(ann.page, 'a conversation with nobody');
  await ann.opensConversationWith(bob);
  await expectAccessibleEverywhere(ann.page, 'a conversation without a word');
});

test('everybody can use the list, a conversation and the settings', async ({ ann, bob }) => {
  await haveTalked(ann, bob);
  await expect(ann.row(bob)).toHaveAccessibleName(/unread/);
  await expectAccessibleEverywhere(ann.page, 'the list');
  await ann.returnsToConversationWith(bob);
  await bob.returnsToConversationWith(ann);
  await bob.types('So');
  await expect(ann.peerStatus()).toHaveText('typing…');
  await expectAccessibleEverywhere(ann.page, 'a conversation');
  await ann.page.goto('/settings');
  await expect(ann.heading()).toHaveText('Settings');
  await expectAccessibleEverywhere(ann.page, 'the settings');
});

test('everybody can use a conversation whose line is cut', async ({ ann, bob }) => {
  await haveTalked(ann, bob);
  const refused = 'Here is the whole passage plan as text, all nine pages of it …';
  await refuseToTake(ann.page, refused);
  await ann.page.goto(`/with/${bob.username}`);
  await ann.isConnected();
  await ann.says(refused);
  await expect(ann.message(refused)).toContainText('Not sent');
  await ann.goesOffline();
  await ann.says('As a file, then.');
  await expect(ann.message('As a file, then.')).toContainText('Waiting');
  await expect(ann.banner()).toBeVisible();
  await expectAccessibleEverywhere(ann.page, 'without a connection');
});

test('everybody can use it in Chinese', async ({ bob, browser, server }) => {
  const ann = await Person.arrives(browser, server.url, 'Ann', 'ann', { locale: 'zh-CN' });
  const session = await Session.registers(server.url, ann);
  await ann.page.goto('/register');
  await expectAccessibleEverywhere(ann.page, 'registering');
  await ann.context.addCookies([session.forBrowser]);
  await haveTalked(ann, bob);
  for (const path of ['/', `/with/${bob.username}`, '/new']) {
    await ann.page.goto(path);
    await expect(ann.page.getByText('已连接')).toBeAttached();
    await expectAccessibleEverywhere(ann.page, path);
  }
  await ann.page.goto('/settings');
  await expect(ann.heading()).toBeVisible();
  await expectAccessibleEverywhere(ann.page, 'the settings');
  await ann.context.close();
});

test('everybody can use it in colours of their own', async ({ ann, bob }) => {
  await haveTalked(ann, bob);
  await ann.page.emulateMedia({ forcedColors: 'active' });
  for (const path of ['/', `/with/${bob.username}`, '/settings']) {
    await ann.page.goto(path);
    await expect(ann.heading()).toBeAttached();
    await expectAccessible(ann.page, `${path} in forced colours`);
  }
});

test('the way in reads like this', async ({ browser, server }) => {
  const stranger = await Person.arrives(browser, server.url, 'Ann');
  await stranger.page.goto('/login');
  await expect(stranger.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Sign in" [level=1]
      - textbox "Username"
      - textbox "Password"
      - button "Sign in"
      - paragraph:
        - link "Make an account"
  `);
  await stranger.page.getByRole('link', { name: 'Make an account' }).click();
  await expect(stranger.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Make an account" [level=1]
      - textbox "Username"
      - textbox "Shown as (optional)"
      - textbox "Password"
      - button "Make the account"
      - paragraph:
        - link "Sign in"
  `);
  await stranger.context.close();
});

test('the places without words read like this', async ({ ann }) => {
  await expect(ann.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Who do you want to talk to?" [level=1]
      - paragraph: You need one name. Nobody can be found here who has not told you theirs.
      - form "Start a conversation":
        - textbox "Username"
        - button "Start"
        - paragraph: For example bob. Capital letters make no difference.
  `);
  ann.expectsTrouble(/status of 404/);
  await ann.page.goto('/nowhere');
  await expect(ann.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "There is no such page" [level=1]
      - paragraph:
        - link "Back to the conversations"
  `);
  await ann.page.goto('/with/nobody-at-all');
  await expect(ann.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "nobody-at-all" [level=1]
      - status
      - alert:
        - paragraph: There is nobody of this name here.
        - paragraph:
          - link "New conversation"
  `);
});

test('the settings read like this', async ({ ann }) => {
  await ann.opensSettings();
  await expect(ann.page.getByRole('navigation')).toMatchAriaSnapshot(`
    - navigation "Settings":
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
          - link "Programs"
        - listitem:
          - link "Keyboard"
        - listitem:
          - link "Leave"
        - listitem:
          - link "About"
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
      - region "Programs":
        - textbox "What it is for"
        - button "Make a token"
      - region "Keyboard"
      - region "Leave":
        - link "Delete the account …"
      - region "About"
  `);
});

test('the list reads like this', async ({ ann, bob }) => {
  await haveTalked(ann, bob);
  await expect(ann.page.getByRole('navigation', { name: 'Conversations' })).toMatchAriaSnapshot(`
    - navigation "Conversations":
      - link "Duologue"
      - link "New conversation"
      - list:
        - listitem:
          - link /Bob , online \\d+:\\d+ (Sent|Delivered) I do\\. It hangs by the door, .* 3 unread/
      - paragraph: Ann
      - status: Connected
      - link "Settings"
  `);
});

test('a conversation reads like this', async ({ ann, bob }) => {
  await haveTalked(ann, bob);
  await ann.returnsToConversationWith(bob);
  await expect(ann.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Bob" [level=1]
      - status: online
      - log "Conversation with Bob":
        - list:
          - listitem:
            - time: /Today/
          - listitem:
            - text: "Bob:"
            - paragraph: /Did the tide table for Saturday ever arrive/
            - time: /\\d+:\\d+/
            - button "Actions for this message"
          - listitem:
            - text: "You:"
            - paragraph: /It did\\. High water/
            - text: Read
          - listitem:
            - paragraph: /Which means getting up at five/
          - listitem:
            - text: "Bob:"
            - paragraph: /I have forgiven worse/
            - button "You reacted with ❤️. Take it back" [pressed]
          - listitem:
            - paragraph: /You deleted this message/
          - listitem:
            - paragraph: /at the mooring just now/
          - listitem:
            - text: "You:"
            - link /Bob I am at the mooring just now/
            - paragraph: /“No wind at all” is what you said/
            - button "Bob reacted with 😂. React with it too"
            - text: edited
          - listitem:
            - paragraph:
              - code: cron
            - group "Code":
              - code: /duologue backup/
          - listitem:
            - paragraph:
              - link /https:.+harbour/
          - listitem:
            - paragraph: /陈阿姨说周六下午有雨/
          - listitem:
            - paragraph: /شكرًا لها/
          - listitem:
            - paragraph: /And somebody’s coat/
            - text: Delivered
          - listitem: 3 new
          - listitem:
            - paragraph: /The word on the harbour wall/
          - listitem:
            - paragraph: /⛵️☀️/
          - listitem:
            - paragraph: /Who brings the lamp/
          - listitem:
            - link /Bob Five o’clock, then/
            - paragraph: /I do\\. It hangs by the door/
      - form "Write to Bob":
        - textbox "Message to Bob"
        - button "Emoji"
        - button "Send"
  `);
});
