import { newId, systemClock } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import { isUnavailable } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import type { StartedSubgraph } from '@souk/testkit';
import { products } from '../src/app.ts';
import type { StockLine } from '../src/domain/stock.ts';
import type { Stores } from '../src/persistence/stores.ts';
import { type FulfilmentTotals, fulfilStock } from '../src/use-cases/fulfil-stock.ts';
import { releaseStock, reserveStock } from '../src/use-cases/reserve-stock.ts';
import { eur, list, variantIdOf } from './catalogue.ts';

type Tools = Stores & TransactionTools;

/** Breaks the stores of one order on purpose, to see that a test notices. */
export type Mutation = (stores: Tools, lines: readonly StockLine[]) => Tools;

/** The use case itself, on the started subgraph's database, without a queue before it. */
export async function reservationsOf(graph: StartedSubgraph) {
  const { infrastructure } = await products.open({
    config: { sellers: 'open', commissionBasisPoints: 1000 },
    databaseUrl: graph.databaseUrl,
    backplane: graph.backplane,
    cursorSecret: 'a secret for tests, long enough for anyone',
    logger: silentLogger,
    clock: systemClock,
    newId,
  });
  const { reads, log, transaction } = infrastructure;
  const given = () => ({ now: new Date(), newId });
  let conflicts = 0;

  const reserve = async (lines: readonly StockLine[], mutate?: Mutation) => {
    const orderId = newId('ord');
    await transaction(async (stores) => {
      try {
        await reserveStock(mutate?.(stores, lines) ?? stores, { orderId, lines }, given());
      } catch (error) {
        if (isUnavailable(error)) conflicts += 1;
        throw error;
      }
    });
    return orderId;
  };

  return {
    infrastructure,
    reserve,
    /** What became of an order’s lines; `mutate` breaks how that is taken on purpose. */
    fulfil: (totals: FulfilmentTotals, mutate?: Mutation) =>
      transaction((stores) => fulfilStock(mutate?.(stores, []) ?? stores, totals, given())),
    release: (orderId: string) =>
      transaction((stores) => releaseStock(stores, { orderId }, given())),
    /** How often PostgreSQL ended a transaction, as two waited for each other or one for too long. */
    conflicts: () => conflicts,
    outcomeOf: async (orderId: string) => {
      const [event] = await log.read(`order:${orderId}`, 0, 10);
      if (event?.type === 'products.StockReserved') return 'RESERVED';
      if (event?.type === 'products.StockRejected') return 'REJECTED';
      throw new Error(`Order ${orderId} was answered with ${event?.type}.`);
    },
    /** A new variant with so much of it. */
    stocked: async (openingStock: number) =>
      variantIdOf(
        await list(graph, {
          variants: [{ sku: newId('evt'), price: eur(100), openingStock }],
        }),
      ),
    stockOf: async (variantId: string) => {
      const [item] = await reads.stock.findMany([variantId]);
      if (!item) throw new Error(`There is no stock of ${variantId}.`);
      return item;
    },
    /** What the ledger adds up to. */
    ledgerOf: async (variantId: string) => {
      const movements = await reads.stock.movementsOf(
        { variantId },
        { before: null, limit: 10_000 },
      );
      return {
        onHand: movements.reduce((sum, { onHandDelta }) => sum + onHandDelta, 0),
        reserved: movements.reduce((sum, { reservedDelta }) => sum + reservedDelta, 0),
      };
    },
  };
}

export type Reservations = Awaited<ReturnType<typeof reservationsOf>>;

/** Runs all of the work, so many at a time. */
export async function atOnce<In, Out>(
  width: number,
  items: readonly In[],
  work: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  const queue = items.map((item, index) => ({ item, index }));
  const runner = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      results[next.index] = await work(next.item);
    }
  };
  await Promise.all(Array.from({ length: width }, runner));
  return results;
}
