import { getEventListeners } from 'node:events';
import type { SubgraphResponse } from '@souk/engine';
import { silentLogger } from '@souk/runtime';
import { expect, test } from 'vitest';
import { UpstreamLost } from '../upstream/websocket/upstream-sockets.ts';
import { upstreamEvents } from './upstream.ts';

/** What an upstream tells until it is lost. */
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

test('without cursors a loss is told, but for streams of states, which subgraphs of ours mark', async () => {
  const lost = follow(itemsOf(2), { isResumable: false });
  await expect(countOf(lost.events)).rejects.toMatchObject({
    extensions: { code: 'SUBSCRIPTION_LOST' },
  });
  expect(lost.listeners).toHaveLength(1);
  const marked = follow(itemsOf(3, { stream: {} }), { isResumable: false });
  expect(await countOf(marked.events)).toBe(3);
});
