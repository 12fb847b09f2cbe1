import type { IdPrefix } from './typed-id.ts';

const BASE_32 = '0123456789abcdefghjkmnpqrstvwxyz';
/** The first ten characters after the prefix are the 48 bits of a UUIDv7's time. */
const TIME_LENGTH = 10;
const SUFFIX_LENGTH = 26;

/** When one of our ids was created, by the clock of its creator. */
export function madeAt(id: string): Date {
  const time = id.slice(id.lastIndexOf('_') + 1).slice(0, TIME_LENGTH);
  return new Date([...time].reduce((value, digit) => value * 32 + BASE_32.indexOf(digit), 0));
}

/** The first possible id of a kind at a moment: lists sorted by id can begin at a time with it. */
export function firstIdAt(prefix: IdPrefix, at: Date): string {
  let rest = Math.max(0, at.getTime());
  let time = '';
  for (let place = 0; place < TIME_LENGTH; place += 1) {
    time = `${BASE_32[rest % 32]}${time}`;
    rest = Math.floor(rest / 32);
  }
  return `${prefix}_${time}${'0'.repeat(SUFFIX_LENGTH - TIME_LENGTH)}`;
}

const FRESH_MS = 60_000;

/** True for something created so recently that the news of it may still be on the way. */
export const isFresh = (id: string, now: Date): boolean =>
  Math.abs(now.getTime() - madeAt(id).getTime()) < FRESH_MS;
