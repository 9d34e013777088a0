import { defineConfig } from '@playwright/test';
import suite from './playwright.config.ts';

/** Not tests: pictures of the pages, for people to look at. `npm run shots` */
export default defineConfig(suite, {
  testDir: '.',
  testMatch: 'shots.ts',
  outputDir: '../target/shots/failed',
  reporter: 'list',
});
