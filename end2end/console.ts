import type { Browser, BrowserContext } from '@playwright/test';

/** What Chromium says when nothing passes: the line was cut, or the server is gone. */
export const cutLine = /^Failed to load resource: net::ERR_|^WebSocket connection to '\S+' failed|when fetching the script\.$|^Failed to fetch dynamically imported module/;

const expected = new WeakMap<BrowserContext, RegExp[]>();

/** From now on this browser may write such a line to its console. */
export function expectTrouble(context: BrowserContext, trouble: RegExp): void {
  expected.set(context, [...(expected.get(context) ?? []), trouble]);
}

interface Line {
  context: BrowserContext;
  text: string;
  page: string;
}

/**
 * Listens to every page of a test: errors and warnings of the console, and errors that nobody caught. Among them are a
 * markup that does not fit at hydration, a panic, and what the content security policy refused: Chromium writes it there.
 */
export class Consoles {
  private readonly lines: Line[] = [];

  constructor(browser: Browser) {
    const listen = (context: BrowserContext) => this.listen(context);
    browser.on('context', listen);
    this.stop = () => browser.off('context', listen);
  }

  private readonly stop: () => void;

  /** What nobody expected, as lines to read. No line is heard afterwards. */
  complaints(alsoExpected: RegExp[]): string[] {
    this.stop();
    const isExpected = ({ context, text }: Line) =>
      [...alsoExpected, ...(expected.get(context) ?? [])].some((trouble) => trouble.test(text));
    return this.lines.filter((line) => !isExpected(line)).map(({ text, page }) => `${text} (at ${page})`);
  }

  private listen(context: BrowserContext): void {
    context.on('console', (message) => {
      if (!['error', 'warning', 'assert'].includes(message.type())) return;
      this.lines.push({ context, text: message.text(), page: message.page()?.url() ?? 'a worker' });
    });
    context.on('weberror', (webError) => {
      const error = webError.error();
      const text = error.stack || error.message || 'an error without words';
      this.lines.push({ context, text, page: webError.page()?.url() ?? 'a page' });
    });
  }
}
