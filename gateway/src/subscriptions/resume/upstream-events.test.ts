import { getEventListeners } from 'node:events';
import type { SubgraphResponse } from '@souk/engine';
import { silentLogger } from '@souk/runtime/process';
import { expect, test } from 'vitest';
import { endWhenRefused } from '../../../test/mutants/end-when-refused.ts';
import { UpstreamLost } from '../../upstream/websocket/upstream-sockets.ts';
import { upstreamEvents } from './upstream-events.ts';

/** What an upstream sends until it is lost. */
async function* untilLost(item: SubgraphResponse, wasOpen = true) {
  yield item;
  throw new UpstreamLost('the connection broke', { wasOpen });
}

const follow = (
  items: readonly SubgraphResponse[],
  { isResumable = true, signal = new AbortController().signal } = {},
) => {
  const listeners: number[] = [];
  const events = upstreamEvents({
    open: async (_, until) => {
      listeners.push(getEventListeners(until, 'abort').length);
      const item = items[listeners.length - 1];
      return item ? untilLost(item) : (async function* () {})();
    },
    requestId: 'r',
    resumption: isResumable
      ? { rootKey: 'a', cursorKey: 'c', kindKey: 'k', variable: 'after', initially: () => ({}) }
      : null,
    place: { cursor: null, silently: false },
    signal,
    logger: silentLogger,
  });
  return { events, listeners };
};
const itemsOf = (count: number, extensions?: Record<string, unknown>): SubgraphResponse[] =>
  Array.from({ length: count }, (_, index) => ({ data: { a: { c: String(index) } }, extensions }));

const countOf = async (events: AsyncIterable<unknown>) => {
  let count = 0;
  for await (const _ of events) count += 1;
  return count;
};

test('opening an upstream again and again leaves no listeners on the stream’s signal', async () => {
  const { signal } = new AbortController();
  const { events, listeners } = follow(itemsOf(20), { signal });
  expect(await countOf(events)).toBe(20);
  expect(listeners).toEqual(Array.from({ length: 21 }, () => 0));
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('without cursors a loss is reported, but for streams of states, which subgraphs of ours mark', async () => {
  const lost = follow(itemsOf(2), { isResumable: false });
  await expect(countOf(lost.events)).rejects.toMatchObject({
    extensions: { code: 'SUBSCRIPTION_LOST' },
  });
  expect(lost.listeners).toHaveLength(1);
  const marked = follow(itemsOf(3, { stream: {} }), { isResumable: false });
  expect(await countOf(marked.events)).toBe(3);
});

/** A subscriber is refused twice because the database is away, and then served. */
async function comingBack(events: typeof upstreamEvents) {
  const [seen, lost] = itemsOf(2) as [SubgraphResponse, SubgraphResponse];
  const extensions = { code: 'SERVICE_UNAVAILABLE', category: 'UNAVAILABLE' };
  const notNow: SubgraphResponse = { errors: [{ message: 'Not now.', extensions }] };
  const answers = [untilLost(seen), untilLost(notNow), untilLost(notNow), untilLost(lost)];
  return countOf(
    events({
      open: async () => answers.shift() ?? (async function* () {})(),
      requestId: 'r',
      resumption: {
        rootKey: 'a',
        cursorKey: 'c',
        kindKey: 'k',
        variable: 'after',
        initially: () => ({}),
      },
      place: { cursor: null, silently: false },
      signal: new AbortController().signal,
      logger: silentLogger,
    }),
  );
}

test('a client that returns while the database is away is served when it is back', async () => {
  expect(await comingBack(upstreamEvents)).toBe(2);
});

test('an upstream that takes every refusal as final loses subscribers (mutant)', async () => {
  await expect(comingBack(endWhenRefused)).rejects.toMatchObject({
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  });
});

test('access that ended is asked about, whichever release of a subgraph says so', async () => {
  for (const key of ['reauthorise', 'recheck']) {
    const { events } = follow(itemsOf(1, { stream: { position: 1, [key]: ['usr_1'] } }));
    const { value } = await events.next();
    expect(value).toMatchObject({ mark: { position: 1, reauthorise: ['usr_1'] } });
    await events.return(undefined);
  }
});
