import { firstIdAt } from '@souk/runtime/domain';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Placed } from '../domain/order-filter.ts';

/** Ids are made a little before or after the time that is written beside them, also by another clock. */
const SLACK_MS = 60_000;

const shifted = (at: Date, by: number) => new Date(at.getTime() + by);

/**
 * What was placed within some time. Its ids are bounded as well: lists are read in their order, which begins
 * at the time that is asked for instead of today.
 */
export function placedWithin(
  table: 'o' | 's',
  { placedAfter, placedBefore }: Placed,
): Prisma.Sql[] {
  const id = Prisma.raw(`${table}.id`);
  const placed = Prisma.raw(`${table}.placed_at`);
  const firstAt = (at: Date) => firstIdAt(table === 'o' ? 'ord' : 'sor', at);
  return [
    ...(placedAfter === null
      ? []
      : [
          Prisma.sql`${placed} >= ${placedAfter} AND ${id} >= ${firstAt(shifted(placedAfter, -SLACK_MS))}`,
        ]),
    ...(placedBefore === null
      ? []
      : [
          Prisma.sql`${placed} < ${placedBefore} AND ${id} < ${firstAt(shifted(placedBefore, SLACK_MS))}`,
        ]),
  ];
}
