import { newId, systemClock } from '@souk/runtime/domain';
import { silentLogger } from '@souk/runtime/process';
import { as } from '@souk/testkit';
import { expect, test } from 'vitest';
import { seedDemoSpecimens } from '../src/index.ts';
import { startSpecimens } from './specimens.ts';

test('demo specimens are there once, however often they are seeded', async () => {
  await using graph = await startSpecimens();
  const deps = {
    config: {},
    databaseUrl: graph.databaseUrl,
    backplane: graph.backplane,
    cursorSecret: 'a secret for tests, long enough for anyone',
    logger: silentLogger,
    clock: systemClock,
    newId,
  };
  const people = { authorIds: [as('ada').userId] };
  expect(await seedDemoSpecimens(deps, people)).toBeGreaterThan(0);
  expect(await seedDemoSpecimens(deps, people)).toBe(0);
});
