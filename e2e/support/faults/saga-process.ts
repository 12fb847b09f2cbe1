import { createOrdersSubgraph, loadOwnConfig as loadOrders } from '@souk/orders';
import { createProductsSubgraph, loadOwnConfig as loadProducts } from '@souk/products';
import { createBackplane } from '@souk/runtime/backplane';
import { newId, systemClock } from '@souk/runtime/domain';
import { silentLogger } from '@souk/runtime/process';
import { crashPoints, serveUntilKilled } from '@souk/testkit/crashes';
import { forgetful } from '../../mutants/forgetful-jobs.ts';

/** The parameters from the test that starts this process. */
export interface SagaSetting {
  readonly subgraph: 'orders' | 'products';
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly keyPrefix: string;
  /** Takes events as a naive consumer would; see `mutants/forgetful-jobs.ts`. */
  readonly isForgetful: boolean;
}

const points = crashPoints();

serveUntilKilled<SagaSetting>(points, async (setting) => {
  const { redisUrl, keyPrefix, databaseUrl, isForgetful } = setting;
  const real = points.around(await createBackplane({ redisUrl, keyPrefix, logger: silentLogger }));
  const deps = {
    ...{ databaseUrl, logger: silentLogger, clock: systemClock, newId },
    backplane: points.around(isForgetful ? forgetful(real) : real),
    cursorSecret: 'a secret for tests, long enough for anyone',
    onStatement: points.onStatement,
  };
  const subgraph =
    setting.subgraph === 'orders'
      ? await createOrdersSubgraph({ ...deps, config: { ...loadOrders({}), payments: 'test' } })
      : await createProductsSubgraph({ ...deps, config: loadProducts({}) });
  subgraph.startWorker();
  return subgraph;
});
