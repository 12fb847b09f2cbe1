import { type IdPrefix, type PairPrefix, SUFFIX } from './typed-id.ts';

/**
 * The id of something that belongs to two others, such as somebody's place in a room: made of both ids, so it
 * needs no column, never changes, and is the same after they left and came back.
 */
export const pairId = (prefix: PairPrefix, one: string, other: string): string =>
  [prefix, endOf(one), endOf(other)].join('_');

const endOf = (id: string): string => id.slice(id.indexOf('_') + 1);

const ENDS = new RegExp(`^([a-z]{3,4})_(${SUFFIX})_(${SUFFIX})$`);

/** The two ids in the id of a pair, or null when it is not an id of this kind. */
export function pairOf(
  prefix: PairPrefix,
  id: string,
  of: readonly [one: IdPrefix, other: IdPrefix],
): [one: string, other: string] | null {
  const [, kind, one, other] = ENDS.exec(id) ?? [];
  return kind === prefix ? [`${of[0]}_${one}`, `${of[1]}_${other}`] : null;
}
