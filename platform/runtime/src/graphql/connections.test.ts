import { expect, test } from 'vitest';
import { createSignedCursors } from '../domain/signed-cursors.ts';
import { connectionOf, type PageArguments, pageOf } from './connections.ts';

const how = {
  cursors: createSignedCursors('a secret that is long enough for a test'),
  purpose: 'numbers',
};
const numbers = Array.from({ length: 10 }, (_, index) => index + 1);

/** Reads pages of 1..10 as a store would: from a position, one row more than wanted. */
function read(args: PageArguments) {
  const page = pageOf<number>(args, how);
  const rows =
    page.direction === 'forward'
      ? numbers.filter((n) => n > (page.from ?? 0) && n < (page.until ?? 11))
      : numbers.filter((n) => n < (page.from ?? 11) && n > (page.until ?? 0)).reverse();
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

test('the ends are marked', () => {
  expect(read({ first: 10 }).pageInfo).toMatchObject({
    hasNextPage: false,
    hasPreviousPage: false,
  });
  expect(read({ last: 2 }).pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

test('a page of nothing says what lies beside it', () => {
  expect(read({ first: 0 })).toEqual({
    edges: [],
    pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
  expect(read({ last: 0 }).pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const third = how.cursors.sign(how.purpose, 3);
  const tenth = how.cursors.sign(how.purpose, 10);
  expect(read({ first: 0, after: third }).pageInfo).toMatchObject({
    hasNextPage: true,
    hasPreviousPage: true,
  });
  expect(read({ first: 0, after: tenth }).pageInfo).toMatchObject({
    hasNextPage: false,
    hasPreviousPage: true,
  });
});

test('both cursors bound a page, whichever end it begins at', () => {
  const after = how.cursors.sign(how.purpose, 2);
  const before = how.cursors.sign(how.purpose, 7);
  expect(nodes(read({ first: 2, after, before }))).toEqual([3, 4]);
  expect(nodes(read({ last: 2, after, before }))).toEqual([5, 6]);
  expect(nodes(read({ after, before }))).toEqual([3, 4, 5, 6]);
  expect(nodes(read({ first: 3, before }))).toEqual([1, 2, 3]);
  expect(nodes(read({ last: 3, after }))).toEqual([8, 9, 10]);
  expect(read({ first: 9, after, before }).pageInfo).toMatchObject({
    hasNextPage: true,
    hasPreviousPage: true,
  });
  expect(read({ last: 9, after }).pageInfo).toMatchObject({
    hasNextPage: false,
    hasPreviousPage: true,
  });
  expect(nodes(read({ first: 5, after: before, before: after }))).toEqual([]);
});

test.each<PageArguments>([
  { first: -1 },
  { last: -1 },
  { first: 101 },
  { first: 1_000_000 },
  { first: 2, last: 2 },
  { first: 2, before: 'not a cursor' },
  { last: 2, after: 'not a cursor' },
  { first: 2, after: 'not a cursor' },
])('%j is refused', (args) => {
  expect(() => pageOf(args, how)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});
