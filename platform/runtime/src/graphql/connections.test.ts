import { expect, test } from 'vitest';
import { connectionOf, type PageArguments, pageOf } from './connections.ts';
import { createSealedCursors } from './sealed-cursors.ts';

const how = {
  cursors: createSealedCursors('a secret that is long enough for a test'),
  purpose: 'numbers',
};
const numbers = Array.from({ length: 10 }, (_, index) => index + 1);

/** Reads pages of 1..10 as a store would: from a position, one row more than wanted. */
function read(args: PageArguments) {
  const page = pageOf<number>(args, how);
  const rows =
    page.direction === 'forward'
      ? numbers.filter((n) => n > (page.from ?? 0))
      : numbers.filter((n) => n < (page.from ?? 11)).reverse();
  return connectionOf(rows.slice(0, page.limit + 1), page, {
    ...how,
    positionOf: (n: number) => n,
  });
}
const nodes = (connection: ReturnType<typeof read>) => connection.edges.map(({ node }) => node);

test('walking forward and backward visits every row once, in the list order', () => {
  for (const size of [1, 3, 10]) {
    const seen: number[] = [];
    let page = read({ first: size });
    for (;;) {
      seen.push(...nodes(page));
      if (!page.pageInfo.hasNextPage) break;
      page = read({ first: size, after: page.pageInfo.endCursor });
    }
    expect(seen).toEqual(numbers);
    const back: number[] = [];
    page = read({ last: size });
    for (;;) {
      back.unshift(...nodes(page));
      if (!page.pageInfo.hasPreviousPage) break;
      page = read({ last: size, before: page.pageInfo.startCursor });
    }
    expect(back).toEqual(numbers);
  }
});

test('the ends are told', () => {
  expect(read({ first: 10 }).pageInfo).toMatchObject({
    hasNextPage: false,
    hasPreviousPage: false,
  });
  expect(read({ last: 2 }).pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

test.each<PageArguments>([
  { first: 0 },
  { first: -1 },
  { first: 101 },
  { first: 1_000_000 },
  { last: 0 },
  { first: 2, last: 2 },
  { first: 2, before: 'x' },
  { last: 2, after: 'x' },
  { after: 'x', before: 'y' },
  { first: 2, after: 'not a cursor' },
])('%j is refused', (args) => {
  expect(() => pageOf(args, how)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});
