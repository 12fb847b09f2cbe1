import { createDatabase, type TestDatabase } from '@souk/testkit';
import { afterAll, beforeAll } from 'vitest';
import { describeBackplane } from './backplane.contract.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase(null);
});
afterAll(() => database?.drop());

describeBackplane({
  name: 'in-process',
  options: () => ({ jobsDatabaseUrl: database.url }),
  spansProcesses: false,
});
