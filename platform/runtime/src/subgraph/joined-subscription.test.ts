import type { ExecutionResult } from 'graphql';
import { expect, test } from 'vitest';
import type { Viewer } from '../domain/viewer.ts';
import { joinedSubscription } from './joined-subscription.ts';

const viewers = (count: number): Viewer[] =>
  Array.from({ length: count }, (_, index) => ({
    userId: `usr_${index}`,
    sessionId: `ses_${index}`,
    roles: ['CUSTOMER'],
  }));

const shared = { data: { caughtUp: true }, extensions: { stream: { shared: true } } };

/** A stream that has these results and then waits until it is left. */
function streamOf(...results: ExecutionResult[]) {
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const stream = {
    isLeft: false,
    next: async () => {
      const value = results.shift();
      if (value) return { done: false as const, value };
      await left;
      return { done: true as const, value: undefined };
    },
    return: async () => {
      stream.isLeft = true;
      leave();
      return { done: true as const, value: undefined };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}

async function all(results: AsyncIterable<ExecutionResult>) {
  const found: ExecutionResult[] = [];
  for await (const result of results) found.push(result);
  return (viewer: number) =>
    found.filter(({ extensions }) => {
      const joined = extensions?.joined as { viewer: number };
      return joined.viewer === viewer;
    });
}

const last = (viewer: number) => ({ joined: { viewer, isLast: true } });

test('each viewer is authorised individually, and their stream can end while the shared one continues', async () => {
  const missed = { data: { text: 'missed' } };
  const streams = [streamOf(missed, shared, missed), streamOf(shared)];
  const refusal = { errors: [new Error('no') as never] };
  const of = await all(
    joinedSubscription(viewers(4), async ({ userId }, index) => {
      if (userId === 'usr_2') return refusal;
      if (userId === 'usr_3') throw new Error('broken');
      return streams[index] as NonNullable<(typeof streams)[number]>;
    }),
  );
  expect(of(0)).toMatchObject([missed, { ...shared, extensions: last(0) }]);
  expect(of(1)).toMatchObject([{ ...shared, extensions: last(1) }]);
  expect(of(2)).toMatchObject([{ errors: refusal.errors, extensions: last(2) }]);
  // The gateway requests what breaks again, so it is not the end of the stream.
  const again = { extensions: { code: 'SERVICE_UNAVAILABLE' } };
  expect(of(3)).toMatchObject([{ errors: [again], extensions: last(3) }]);
  expect(streams.every(({ isLeft }) => isLeft)).toBe(true);
});

test('to a gateway that takes it, those who are let in by the same item get it once', async () => {
  const missed = { data: { text: 'missed' } };
  const later = { ...shared, data: { caughtUp: 'later' } };
  const refusal = { errors: [new Error('no') as never] };
  const results: ExecutionResult[] = [];
  const joined = joinedSubscription(
    viewers(100),
    async (_, index) => {
      if (index === 3 || index === 4) return refusal;
      return streamOf(...(index === 1 ? [missed, shared] : [index === 2 ? later : shared]));
    },
    { isGrouped: true },
  );
  for await (const result of joined) results.push(result);
  const namedBy = ({ extensions }: ExecutionResult): readonly number[] => {
    const joined = extensions?.joined as { viewer: number } | { viewers: readonly number[] };
    return 'viewers' in joined ? joined.viewers : [joined.viewer];
  };
  expect(results.length).toBeLessThan(20);
  const lettingIn = results.filter(({ data }) => data === shared.data);
  const all = viewers(100).map((_, index) => index);
  expect(lettingIn.flatMap(namedBy).sort((a, b) => a - b)).toEqual(
    all.filter((index) => ![2, 3, 4].includes(index)),
  );
  for (const { extensions } of lettingIn)
    expect(extensions?.joined).toMatchObject({ isLast: true });
  const byItself = (index: number) => results.filter((one) => namedBy(one).includes(index));
  expect(byItself(1).map(({ data }) => data)).toEqual([missed.data, shared.data]);
  expect(byItself(2).map(namedBy)).toEqual([[2]]);
  // A refusal names its own request, so it is never that of another.
  expect([3, 4].flatMap(byItself).map(namedBy)).toEqual([[3], [4]]);
});

test('who is not handed over has a time, and is asked for again', async () => {
  const stream = streamOf({ data: { text: 'live' } });
  const of = await all(joinedSubscription(viewers(1), async () => stream, { longestMs: 1 }));
  expect(of(0).at(-1)).toMatchObject({
    errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }],
    extensions: last(0),
  });
  expect(stream.isLeft).toBe(true);
});

test('a limited number is authorised at a time, however many come', async () => {
  let running = 0;
  let most = 0;
  const of = await all(
    joinedSubscription(
      viewers(30),
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return streamOf(shared);
      },
      { atOnce: 7 },
    ),
  );
  expect(most).toBe(7);
  expect(of(29)).toHaveLength(1);
});

test('once all have left, no stream is left open and nobody else is authorised', async () => {
  const opened: ReturnType<typeof streamOf>[] = [];
  const joined = joinedSubscription(
    viewers(3),
    async () => {
      const stream = streamOf({ data: { text: 'live' } });
      opened.push(stream);
      return stream;
    },
    { atOnce: 1 },
  );
  await joined.next();
  await joined.return?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(opened.every(({ isLeft }) => isLeft)).toBe(true);
  expect(await joined.next()).toMatchObject({ done: true });
});
