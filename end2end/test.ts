import { test as base, expect } from '@playwright/test';
import { cutLine, Consoles } from './console.ts';
import { Duologue } from './duologue.ts';
import { Person } from './person.ts';

interface People {
  ann: Person;
  bob: Person;
  /** The server that ann and bob of this test are on. */
  server: Duologue;
  /** Fails the test at its end where a page complained of something that the test did not expect. */
  consoles: Consoles;
}

interface Shared {
  sharedServer: Duologue;
}

/** Two people who have never met, on a server that the worker's tests share. */
export const test = base.extend<People, Shared>({
  sharedServer: [
    async ({}, use, worker) => {
      const server = await Duologue.on(`worker-${worker.workerIndex}`);
      await use(server);
      await server.isThrownAway();
    },
    { scope: 'worker' },
  ],
  server: async ({ sharedServer }, use) => use(sharedServer),
  consoles: [
    async ({ browser, server }, use) => {
      const consoles = new Consoles(browser);
      await use(consoles);
      const complaints = consoles.complaints(server.wasKilled ? [cutLine] : []);
      expect(complaints, 'what the pages of this test wrote to their consoles').toEqual([]);
    },
    { auto: true },
  ],
  ann: async ({ browser, server }, use) => {
    const ann = await Person.registers(browser, server.urlOf('Ann'), 'Ann');
    await use(ann);
    await ann.context.close();
  },
  bob: async ({ browser, server }, use) => {
    const bob = await Person.registers(browser, server.urlOf('Bob'), 'Bob');
    await use(bob);
    await bob.context.close();
  },
});

/** The same, on a server of the test's own: one that it may kill. */
export const testWithOwnServer = test.extend<{ server: Duologue }>({
  server: async ({}, use, info) => {
    const server = await Duologue.on(`own-${info.testId}`);
    await use(server);
    await server.isThrownAway();
  },
});

export { expect };
