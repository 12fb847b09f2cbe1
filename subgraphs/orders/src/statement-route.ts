import { type Download, documentRoute, downloadOf, type HttpRoute } from '@souk/runtime/subgraph';
import type { Payout } from './domain/ledger/payout.ts';
import type { OrdersDeps } from './use-cases/deps.ts';
import { writeStatement } from './use-cases/ledger/write-statement.ts';

const CSV = 'text/csv';

/** Serves the statements of payouts to anybody with a link to one. */
export const statementRoute = (deps: OrdersDeps): HttpRoute =>
  documentRoute(
    deps.links,
    'orders',
    { statement: { contentType: CSV, write: (id) => writeStatement(deps, id) } },
    {
      clock: deps.clock,
      onFailure: (err) => deps.logger.warn({ err }, 'a statement could not be written'),
    },
  );

/** A link to the statement of a payout, for a viewer who may see it. */
export const statementOf = (
  { links, clock }: Pick<OrdersDeps, 'links' | 'clock'>,
  { id, number }: Payout,
): Download =>
  downloadOf(
    links,
    'orders',
    { kind: 'statement', id, fileName: `statement-${number}.csv`, contentType: CSV },
    clock(),
  );
