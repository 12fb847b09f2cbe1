import { firstIdAt } from '@souk/runtime/domain';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Placed } from '../domain/order-filter.ts';

/** Ids are created a little before or after the stored time, possibly by another clock. */
const SLACK_MS = 60_000;

const shifted = (at: Date, by: number) => new Date(at.getTime() + by);

/**
 * Orders placed within a period. Their ids are limited as well: lists are read in the order of ids, which
 * then begins at that period instead of today.
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
