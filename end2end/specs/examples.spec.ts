import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { Session } from '../program.mjs';
import { expect, test } from '../test.ts';
import type { Person } from '../person.ts';

// The pages of examples/, opened as the files that they are, against the real server.

const markup = '<b>not bold</b> <img src=x onerror="document.title=1">';

async function opens(page: Page, example: string, person: Person, url: string) {
  const session = await Session.signsIn(url, person.username);
  await page.goto(fileURLToPath(new URL(`../../examples/${example}.html`, import.meta.url)).replace(/^/, 'file://'));
  await page.getByLabel('Server').fill(url.replace(/^http/, 'ws'));
  await page.getByLabel('Token').fill(await session.token());
  await page.getByLabel('You').fill(person.username);
}

async function says(page: Page, message: string) {
  await page.getByLabel('Message', { exact: true }).fill(message);
  await page.getByRole('button', { name: 'Send' }).click();
}

test('the channel page and ours talk, and what was missed comes', async ({ ann, bob, browser, server }) => {
  // What an open page has received is not missed.
  await bob.leaves();
  await ann.opensConversationWith(bob);
  await ann.says('while you were away');
  const context = await browser.newContext();
  const page = await context.newPage();
  await opens(page, 'channel', bob, server.urlOf('Bob'));
  const takes = page.getByRole('button', { name: 'Take the channel' });
  await takes.click();
  await expect(page.getByRole('status')).toHaveText('Channel Creation Successful');
  const messages = page.getByRole('list', { name: 'Messages' }).getByRole('listitem');
  await expect(messages).toHaveText([/^\d\d:\d\d ann\S* to bob\S*: while you were away$/]);

  await page.getByLabel('To', { exact: true }).fill(ann.username);
  await says(page, markup);
  await ann.sees(markup);
  await ann.says(markup);
  await expect(messages.nth(1)).toContainText(`to ${ann.username}: ${markup}`);
  await expect(messages.nth(2)).toContainText(`to ${bob.username}: ${markup}`);
  await expect(page).toHaveTitle('Channel');

  await page.getByLabel('To', { exact: true }).fill('nobody-of-this-name');
  await says(page, 'hello?');
  await expect(page.getByRole('status')).toContainText('Refused: there is nobody of this name');
  await context.close();
});

test('two pair pages talk, and what was missed comes', async ({ ann, bob, browser, server }) => {
  await bob.leaves();
  const context = await browser.newContext();
  const [anns, bobs] = [await context.newPage(), await context.newPage()];
  await opens(anns, 'pair', ann, server.urlOf('Ann'));
  await anns.getByLabel('With').fill(bob.username);
  await anns.getByRole('button', { name: 'Announce' }).click();
  await expect(anns.getByRole('status')).toHaveText('Connected');
  await says(anns, markup);
  const of = (page: Page) => page.getByRole('list', { name: 'Messages' }).getByRole('listitem');
  await expect(of(anns)).toHaveText([`${ann.username}: ${markup}`]);

  await opens(bobs, 'pair', bob, server.urlOf('Bob'));
  await bobs.getByLabel('With').fill(ann.username);
  await bobs.getByRole('button', { name: 'Announce' }).click();
  await expect(of(bobs)).toHaveText([`${ann.username}: ${markup}`]);
  await says(bobs, 'there you are');
  for (const page of [anns, bobs]) {
    await expect(of(page)).toHaveText([`${ann.username}: ${markup}`, `${bob.username}: there you are`]);
    await expect(page).toHaveTitle('Pair');
  }
  await context.close();
});
