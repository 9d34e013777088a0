import type { Page } from '@playwright/test';

/**
 * From the next load on, the server refuses to take this text from this page. The page itself refuses what is too long
 * before it sends it, so a refusal of the server is rare, and not to be had by writing.
 */
export async function refuseToTake(page: Page, text: string): Promise<void> {
  await page.routeWebSocket('**/ws', (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const frame = JSON.parse(message.toString()) as { type: string; id?: string; body?: string };
      if (frame.type !== 'send' || frame.body !== text) return server.send(message);
      socket.send(JSON.stringify({ type: 'error', id: frame.id, code: 'too_long', message: 'refused by a test' }));
    });
  });
}
