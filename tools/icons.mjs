// Draws the icons of the installed page from the mark, with the browser that the end-to-end tests use: node tools/icons.mjs
// They are committed, so that a build needs no browser. CHROMIUM names another browser than Playwright's own.
import { readFileSync } from 'node:fs';
import { chromium } from '../end2end/node_modules/@playwright/test/index.mjs';

/** `share`: how much of the width the mark takes. Of a maskable icon the outer fifth may be cut away. */
const icons = [
  { file: 'icon-192.png', size: 192, share: 0.72, rounding: 0.22 },
  { file: 'icon-512.png', size: 512, share: 0.72, rounding: 0.22 },
  { file: 'icon-maskable.png', size: 512, share: 0.56, rounding: 0 },
  { file: 'apple-touch-icon.png', size: 180, share: 0.66, rounding: 0 },
];
const mark = readFileSync('public/favicon.svg', 'utf8');

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM });
// The ground is the page's in the dark (--stone-2), and the mark the one for it.
const page = await browser.newPage({ colorScheme: 'dark' });
for (const { file, size, share, rounding } of icons) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>
    body { margin: 0; background: transparent; }
    div { width: ${size}px; height: ${size}px; border-radius: ${rounding * size}px; background: oklch(20.5% 0.012 355); display: grid; place-items: center; }
    svg { width: ${share * size}px; }
  </style><div>${mark}</div>`);
  await page.screenshot({ path: `public/${file}`, omitBackground: true });
  console.log(`public/${file}`);
}
await browser.close();
