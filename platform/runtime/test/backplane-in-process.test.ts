import { describeBackplane } from './backplane.contract.ts';

describeBackplane({
  name: 'in-process',
  options: () => ({ jobsDatabaseUrl: process.env.BP_PG ?? '' }),
  spansProcesses: false,
});
