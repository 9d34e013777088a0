import { expect, test } from '../test.ts';

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
