import type { Person } from './person.ts';

/** What a message says, and the number of the entry that it answers to. */
export interface Line {
  body: string;
  reply_to?: number;
}

/** Many messages take too long by hand: the writer's session says them over a socket of its own. Answers their numbers. */
export async function saysMany(writer: Person, to: Person, lines: Line[]): Promise<number[]> {
  return writer.page.evaluate(
    async ([peer, lines]) => {
      const inFlight = 60;
      const burst = Date.now().toString(36);
      const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws`, 'duologue.v1');
      const numbers: number[] = [];
      let next = 0;
      const send = () => {
        const id = `${burst}-${String(next).padStart(6, '0')}`;
        socket.send(JSON.stringify({ type: 'send', id, peer, ...lines[next] }));
        next += 1;
      };
      await new Promise<void>((done, failed) => {
        socket.onclose = (event) => failed(new Error(`closed with ${event.code} after ${numbers.length}`));
        socket.onmessage = (event) => {
          const frame = JSON.parse(event.data as string);
          if (frame.type === 'error') failed(new Error(event.data as string));
          if (frame.type === 'welcome') while (next < Math.min(inFlight, lines.length)) send();
          if (frame.type !== 'sent') return;
          numbers.push(frame.seq as number);
          if (numbers.length === lines.length) done();
          else if (next < lines.length) send();
        };
      });
      socket.onclose = null;
      socket.close();
      return numbers;
    },
    [to.username, lines] as const,
  );
}

/** "Line 1 of 2000." and so on. */
export function numbered(count: number): Line[] {
  return Array.from({ length: count }, (_, index) => ({ body: `Line ${index + 1} of ${count}.` }));
}
