import { expect, test } from '../test.ts';
import { lines } from '../person.ts';

test('what one tab writes stands in the other', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  const tab = await ann.secondTab();
  await tab.opensConversationWith(bob);

  await ann.says('From the first tab');
  await tab.sees('From the first tab');
  await tab.says('From the second tab');
  await ann.sees('From the second tab');

  const both = lines(['From the first tab', 'From the second tab']);
  await expect(ann.messages()).toHaveText(both);
  await expect(tab.messages()).toHaveText(both);
  await expect(bob.messages()).toHaveText(both);
});

test('reading in one tab clears the badge in the other', async ({ ann, bob }) => {
  const tab = await bob.secondTab();
  await ann.opensConversationWith(bob);
  await ann.says('For whichever tab looks first');
  await expect(bob.row(ann)).toHaveAccessibleName(/1 unread/);
  await expect(tab.row(ann)).toHaveAccessibleName(/1 unread/);
  await tab.returnsToConversationWith(ann);
  await expect(bob.row(ann)).not.toHaveAccessibleName(/unread/);
});

test('two tabs share one outbox, and each message goes out once', async ({ ann, bob }) => {
  await ann.opensConversationWith(bob);
  await bob.opensConversationWith(ann);
  const tab = await ann.secondTab();
  await tab.opensConversationWith(bob);

  await ann.goesOffline();
  await ann.says('Written in the first');
  await tab.says('Written in the second');
  await expect(ann.message('Written in the first')).toContainText('Waiting');
  await expect(tab.message('Written in the second')).toContainText('Waiting');
  await ann.comesBack();

  for (const page of [ann, tab]) {
    await expect(page.message('Written in the first')).toContainText('Read', { timeout: 30_000 });
    await expect(page.message('Written in the second')).toContainText('Read', { timeout: 30_000 });
  }
  for (const page of [ann, tab, bob]) {
    await page.sees('Written in the first');
    await page.sees('Written in the second');
    await expect(page.messages()).toHaveCount(2);
  }
});
