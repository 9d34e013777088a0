import { expect, test } from '../test.ts';
import { password, Person } from '../person.ts';

test('who is signed out is sent to sign in, and then to where they were going', async ({ ann, bob, browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  for (const path of ['/', `/with/${bob.username}`, '/settings']) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/login/);
  }
  await page.goto(`/with/${bob.username}`);
  await page.getByLabel('Username').fill(ann.username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bob');
  await context.close();
});

test('a wrong password and an unknown name are refused in the same words', async ({ ann, browser, server }) => {
  const stranger = await Person.arrives(browser, server.url, 'Bob');
  await stranger.signsIn('not the one it was');
  const unknownName = await stranger.page.getByRole('alert').textContent();
  await stranger.page.goto('/login');
  await stranger.page.getByLabel('Username').fill(ann.username);
  await stranger.page.getByLabel('Password', { exact: true }).fill('not the one it was');
  await stranger.page.getByRole('button', { name: 'Sign in' }).click();
  await expect(stranger.page.getByRole('alert')).toHaveText(unknownName ?? '');
  await stranger.context.close();
});

test('a name that is taken is refused', async ({ ann, browser, server }) => {
  const twin = await Person.arrives(browser, server.url, 'Ann');
  await twin.page.goto('/register');
  await twin.page.getByLabel('Username').fill(ann.username);
  await twin.page.getByLabel('Password', { exact: true }).fill(password);
  await twin.page.getByRole('button', { name: 'Make the account' }).click();
  await expect(twin.page.getByRole('alert')).toBeVisible();
  await expect(twin.page.getByRole('heading', { name: 'Make an account' })).toBeVisible();
  await twin.context.close();
});

test('signing out leads to sign in, and the way back is closed', async ({ ann }) => {
  await ann.opensSettings();
  await ann.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(ann.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await ann.page.goto('/');
  await expect(ann.page).toHaveURL(/\/login/);
});

test('the settings list one’s devices, and signing one out closes it', async ({ ann, browser }) => {
  const elsewhere = await ann.alsoAt(browser);
  await elsewhere.isConnected();
  await ann.opensSettings();
  const devices = ann.section('Devices');
  await expect(devices.getByRole('listitem')).toHaveCount(2);
  await expect(devices.getByText('This device')).toHaveCount(1);

  await devices.getByRole('listitem').getByRole('button', { name: /^Sign out .* on / }).click();
  await expect(elsewhere.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expect(elsewhere.page).toHaveURL(/\/login/);
  await expect(devices.getByRole('status')).toHaveText('That device is signed out.');
  await expect(devices.getByRole('listitem')).toHaveCount(1);
  await ann.page.getByRole('link', { name: 'Close settings' }).click();
  await ann.isConnected();
  await elsewhere.context.close();
});
