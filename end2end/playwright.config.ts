import { defineConfig } from '@playwright/test';
import { chromium, chromiumArguments } from './chromium.mjs';

export default defineConfig({
  testDir: 'specs',
  outputDir: '../target/test-logs/end2end',
  reporter: [['list'], ['json', { outputFile: '../target/test-logs/playwright.json' }]],
  forbidOnly: true,
  retries: 0,
  workers: 2,
  fullyParallel: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: chromium(), args: chromiumArguments },
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    screenshot: 'only-on-failure',
    // A fifth of the time, and on a CI machine nobody opens it.
    trace: process.env.CI ? 'off' : 'retain-on-failure',
  },
});
