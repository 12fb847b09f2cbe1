import { afterAll, beforeAll } from 'vitest';
import { describeBackplane } from './backplane.contract.ts';
import { type OwnDatabase, startOwnDatabase } from './backplane.database.ts';

let database: OwnDatabase;
beforeAll(async () => {
  database = await startOwnDatabase();
}, 60_000);
afterAll(() => database?.drop());

describeBackplane({
  name: 'in-process',
  options: () => ({ jobsDatabaseUrl: database.url }),
  spansProcesses: false,
});
