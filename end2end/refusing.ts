import type { Page } from '@playwright/test';

interface Frame {
  type: string;
  id?: string;
  body?: string;
}

/** From the next load on, the server refuses such frames of this page, with this code. What comes back lets them through again. */
export async function refuse(page: Page, code: string, isSuch: (frame: Frame) => boolean): Promise<() => void> {
  let isRefusing = true;
  await page.routeWebSocket('**/ws', (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const frame = JSON.parse(message.toString()) as Frame;
      if (!isRefusing || !isSuch(frame)) return server.send(message);
      socket.send(JSON.stringify({ type: 'error', id: frame.id, code, message: 'refused by a test' }));
    });
  });
  return () => {
    isRefusing = false;
  };
}

/**
 * From the next load on, the server refuses to take this text from this page. The page itself refuses what is too long
 * before it sends it, so a refusal of the server is rare, and not to be had by writing.
 */
export async function refuseToTake(page: Page, text: string): Promise<void> {
  await refuse(page, 'too_long', (frame) => frame.type === 'send' && frame.body === text);
}
