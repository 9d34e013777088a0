import { test as base, expect } from '@playwright/test';
import { Duologue } from './duologue.ts';
import { Person } from './person.ts';

interface People {
  ann: Person;
  bob: Person;
  /** The server that ann and bob of this test are on. */
  server: Duologue;
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
  ann: async ({ browser, server }, use) => {
    const ann = await Person.registers(browser, server.url, 'Ann');
    await use(ann);
    await ann.context.close();
  },
  bob: async ({ browser, server }, use) => {
    const bob = await Person.registers(browser, server.url, 'Bob');
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
