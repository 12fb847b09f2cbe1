import { createInProcessBackplane } from '@souk/runtime/backplane-kinds';
import { silentLogger } from '@souk/runtime/process';

/** A backplane whose jobs are not used, so that its database is never asked. */
export const inProcessBackplane = () =>
  createInProcessBackplane({
    jobsDatabaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
    logger: silentLogger,
  });
