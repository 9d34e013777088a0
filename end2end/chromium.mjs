import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

// Plain JavaScript, because tools/ drives the same Chromium, and Node.js 20 reads no TypeScript.

/**
 * The Chromium to drive: the one that `CHROMIUM` names, else the one on PATH, else (undefined) Playwright's own.
 * @returns {string | undefined}
 */
export function chromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => ['chromium', 'chromium-browser'].map((name) => join(folder, name))).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Chromium's sandbox refuses to run as root; the rest keeps it from talking to anybody but our server. */
export const chromiumArguments = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
