import { firstIdAt } from '@souk/runtime/domain';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Placed } from '../domain/order-filter.ts';

/** Ids are created a little before or after the stored time, possibly by another clock. */
const SLACK_MS = 60_000;

const shifted = (at: Date, by: number) => new Date(at.getTime() + by);

/**
 * Orders or parts `o` placed within a period. Their ids are limited as well: lists are read in the order of ids, which
 * then begins at that period instead of today.
 */
export function placedWithin(
  prefix: 'ord' | 'sor',
  { placedAfter, placedBefore }: Placed,
): Prisma.Sql[] {
  const firstAt = (at: Date) => firstIdAt(prefix, at);
  return [
    ...(placedAfter === null
      ? []
      : [
          Prisma.sql`o.placed_at >= ${placedAfter} AND o.id >= ${firstAt(shifted(placedAfter, -SLACK_MS))}`,
        ]),
    ...(placedBefore === null
      ? []
      : [
          Prisma.sql`o.placed_at < ${placedBefore} AND o.id < ${firstAt(shifted(placedBefore, SLACK_MS))}`,
        ]),
  ];
}
