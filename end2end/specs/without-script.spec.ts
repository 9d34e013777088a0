import { expect, test } from '../test.ts';
import { lines, Person } from '../person.ts';

const withoutScript = { javaScriptEnabled: false };

test('an account is made without script', async ({ browser, server }) => {
  const ann = await Person.arrives(browser, server.url, 'Ann', 'ann', withoutScript);
  await ann.makesAnAccount();
  await expect(ann.page).toHaveURL(`${server.url}/`);
  await expect(ann.page.getByRole('navigation').getByText('Ann', { exact: true })).toBeVisible();
  await ann.context.close();
});

test('a conversation is read without script', async ({ ann, bob, browser }) => {
  const said = ['The tide table came.', 'High water at seven.'];
  await bob.opensConversationWith(ann);
  for (const text of said) await bob.says(text);
  await expect(bob.message(said[1]!)).toContainText(/Sent|Delivered/);

  const reader = await ann.alsoAt(browser, withoutScript);
  await reader.row(bob).click();
  await expect(reader.heading()).toHaveText('Bob');
  await expect(reader.messages()).toHaveText(lines(said));
  await expect(reader.message(said[1]!)).toBeInViewport();
  await reader.context.close();
});

test('a wrong password is answered without script', async ({ bob, browser }) => {
  const context = await browser.newContext({ ...withoutScript, baseURL: bob.url });
  const page = await context.newPage();
  await page.goto('/login');
  await page.getByLabel('Username').fill(bob.username);
  await page.getByLabel('Password', { exact: true }).fill('not the one it was');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Username')).toBeVisible();
  await context.close();
});
