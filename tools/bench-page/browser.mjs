import { createRequire } from 'node:module';
import { chromium as executable, chromiumArguments } from '../../end2end/chromium.mjs';

// Playwright is installed where the end-to-end tests are.
const { chromium } = createRequire(new URL('../../end2end/package.json', import.meta.url))('playwright');

/** The factor of "throttled": a phone of some years against this machine, roughly. */
export const slow = 4;

export class Browser {
  static async starts() {
    const browser = new Browser();
    browser.chromium = await chromium.launch({ executablePath: executable(), args: chromiumArguments });
    browser.version = browser.chromium.version();
    return browser;
  }

  /**
   * A browser without a cache or a memory, signed in as that session.
   * @param {import('../../end2end/program.mjs').Session} session
   */
  async fresh(session) {
    const context = await this.chromium.newContext({
      baseURL: session.url,
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    context.setDefaultTimeout(60_000);
    await context.addCookies([session.forBrowser]);
    return context;
  }

  async ends() {
    await this.chromium.close();
  }
}

/** @param {import('playwright').Page} page @param {number} rate 1 is not at all */
export async function throttle(page, rate) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
}

/** Until the page listens: hydrated, and its socket open. @param {import('playwright').Page} page */
export async function isConnected(page) {
  await page.getByRole('navigation').getByRole('status').filter({ hasText: 'Connected' }).waitFor();
}
