import { expect, type Locator, type Page } from '@playwright/test';

/** Presses Tab, or Shift and Tab, until it has the focus. */
export async function tabsTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  await expect(target).toBeVisible();
  const most = 60;
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press(key);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${key} led ${most} times elsewhere than to ${target}`);
}
