import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Nothing that axe knows to look for, with every rule on. Each complaint is a line: the rule, where, and what is asked. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const complaints = violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} (${rule.help}) ${node.any[0]?.message ?? ''}`),
  );
  expect(complaints, state).toEqual([]);
}

/** The same on a phone and on a desk, in the light and in the dark. */
export async function expectAccessibleEverywhere(page: Page, state: string): Promise<void> {
  const before = page.viewportSize();
  for (const viewport of [{ width: 375, height: 740 }, { width: 1440, height: 900 }]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page, `${state}, ${viewport.width} px, ${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}
