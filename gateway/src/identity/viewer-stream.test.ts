import { setTimeout as delay } from 'node:timers/promises';
import type { SubgraphResponse } from '@souk/engine';
import { describe, expect, test } from 'vitest';
import { UpstreamLost } from '../upstream/websocket/upstream-sockets.ts';
import { splitCursors, type TopicCursors } from './topic-cursors.ts';
import type { OpenTopic } from './topic-reader.ts';
import { type ViewerStreamItem, viewerStream } from './viewer-stream.ts';
import type { ViewerTopic } from './viewer-topics.ts';

const topicNamed = (name: string): ViewerTopic => ({
  name,
  subgraph: name,
  query: '',
});
const TOPICS = ['ORDERS', 'ROOMS'].map(topicNamed);

/** Streams that keep what happened, as the log of a subgraph does: a cursor is a number in it. */
function logs({ slow }: { slow?: string } = {}) {
  const happened = new Map<string, string[]>(TOPICS.map(({ name }) => [name, []]));
  const opened: string[] = [];
  const open: OpenTopic = async ({ name }, after, signal) => {
    opened.push(`${name} after ${after ?? 'nothing'}`);
    const log = happened.get(name) as string[];
    const from = after === undefined ? log.length : Number(after);
    if (name === slow) await delay(20);
    return (async function* () {
      const event = (__typename: string, cursor: number, more = {}): SubgraphResponse => ({
        data: { event: { __typename, cursor: String(cursor), occurredAt: 'now', ...more } },
      });
      const head = log.length;
      let place = from;
      for (; place < head; place += 1) yield event(log[place] as string, place + 1);
      yield event('CaughtUp', place, { replayed: head - from });
      while (!signal.aborted) {
        if (place < log.length) {
          place += 1;
          yield event(log[place - 1] as string, place);
        } else await delay(1);
      }
    })();
  };
  const say = (name: string, type: string) => happened.get(name)?.push(type);
  return { open, say, opened };
}

/** Reads `count` items and leaves. */
async function take(items: AsyncGenerator<ViewerStreamItem>, count: number) {
  const taken: Record<string, unknown>[] = [];
  while (taken.length < count) {
    const { done, value } = await items.next();
    if (done) break;
    taken.push('event' in value ? value.event : { failed: value.failed });
  }
  await items.return(undefined);
  return taken;
}

const listen = (open: OpenTopic, after: TopicCursors = {}) =>
  viewerStream(TOPICS, after, open, new AbortController().signal);

const kinds = (items: Record<string, unknown>[]) =>
  items.map(({ __typename, topic, type }) => (topic ? `${topic} ${type}` : __typename));

describe('several topics as one stream', () => {
  test('catches up once, and then streams the events of each topic', async () => {
    const { open, say } = logs();
    const items = listen(open);
    const first = await items.next();
    expect(first.value).toMatchObject({ event: { __typename: 'CaughtUp', replayed: 0 } });
    say('ORDERS', 'OrderPlaced');
    say('ORDERS', 'OrderStatusChanged');
    say('ROOMS', 'MessagePosted');
    const sent = kinds(await take(items, 3));
    expect(sent.filter((kind) => `${kind}`.startsWith('ORDERS'))).toEqual([
      'ORDERS OrderPlaced',
      'ORDERS OrderStatusChanged',
    ]);
    expect(sent).toContain('ROOMS MessagePosted');
  });

  test('continues after the last cursor in every topic, even in one that had sent nothing', async () => {
    const { open, say, opened } = logs();
    const items = listen(open);
    await items.next();
    say('ORDERS', 'OrderPlaced');
    const [event] = await take(items, 1);
    const after = splitCursors(String(event?.cursor));
    expect(after).toEqual({ ORDERS: '1', ROOMS: '0' });
    say('ROOMS', 'MessagePosted');
    say('ORDERS', 'OrderStatusChanged');
    const missed = await take(listen(open, after), 3);
    expect(kinds(missed).sort()).toEqual([
      'CaughtUp',
      'ORDERS OrderStatusChanged',
      'ROOMS MessagePosted',
    ]);
    expect(missed.at(-1)).toMatchObject({ __typename: 'CaughtUp', replayed: 2 });
    expect(opened.slice(2)).toEqual(['ORDERS after 1', 'ROOMS after 0']);
  });

  /** Every event carries a cursor that holds a place in each topic, however late one is opened. */
  async function losesNothing(
    listening: (open: OpenTopic, after: TopicCursors) => AsyncGenerator<ViewerStreamItem>,
  ) {
    const { open, say } = logs({ slow: 'ROOMS' });
    say('ORDERS', 'OrderPlaced');
    const [event] = await take(listening(open, { ORDERS: '0' }), 1);
    const after = splitCursors(String(event?.cursor));
    say('ROOMS', 'MessagePosted');
    const { value } = await listening(open, after).next();
    const [next] = [value && 'event' in value ? value.event : {}];
    return { after, next };
  }

  test('sends nothing from one topic before it has a position in the others', async () => {
    const { after } = await losesNothing(listen);
    expect(after).toEqual({ ORDERS: '1', ROOMS: '0' });
  });

  test('merging in order of arrival would lose the position, so the test above can fail', async () => {
    async function* naive(open: OpenTopic, after: TopicCursors): AsyncGenerator<ViewerStreamItem> {
      for (const topic of TOPICS) {
        const events = await open(topic, after[topic.name], new AbortController().signal);
        for await (const { data } of events as AsyncIterable<{
          data: { event: { cursor: string } };
        }>) {
          const places = { [topic.name]: data.event.cursor };
          const cursor = Buffer.from(JSON.stringify(places)).toString('base64url');
          yield { event: { ...data.event, cursor } };
        }
      }
    }
    const { after } = await losesNothing(naive);
    expect(after).not.toHaveProperty('ROOMS');
  });

  describe('while the subgraph of a topic is away', () => {
    /** Some streams cannot be opened, and one is lost as soon as it has caught up. */
    function faulty() {
      const { open, say, opened } = logs();
      const away = new Set<string>();
      const losing = new Set<string>();
      const opening: OpenTopic = async (topic, after, signal) => {
        if (away.has(topic.name)) throw new UpstreamLost('away');
        const events = await open(topic, after, signal);
        if (!losing.delete(topic.name)) return events;
        return (async function* () {
          for await (const event of events) {
            yield event;
            throw new UpstreamLost('gone');
          }
        })();
      };
      return { opening, say, opened, away, losing };
    }
    const all = (items: AsyncGenerator<ViewerStreamItem>) => async (count: number) => {
      const taken: Record<string, unknown>[] = [];
      while (taken.length < count) {
        const { value } = await items.next();
        taken.push(value && 'event' in value ? value.event : {});
      }
      return taken;
    };

    test('the other topics continue, and it continues from its position when it is back', async () => {
      const { opening, say, away } = faulty();
      away.add('ROOMS');
      say('ROOMS', 'MessagePosted');
      const items = listen(opening, { ORDERS: '0', ROOMS: '0' });
      const next = all(items);
      expect(kinds(await next(1))).toEqual(['CaughtUp']);
      say('ORDERS', 'OrderPlaced');
      const [placed] = await next(1);
      expect(splitCursors(String(placed?.cursor))).toEqual({ ORDERS: '1', ROOMS: '0' });
      away.clear();
      const [posted] = await next(1);
      expect(kinds([posted as Record<string, unknown>])).toEqual(['ROOMS MessagePosted']);
      say('ORDERS', 'OrderStatusChanged');
      expect(kinds(await next(1))).toEqual(['ORDERS OrderStatusChanged']);
      await items.return(undefined);
    });

    test('events sent while nobody had a position are reported as missed', async () => {
      const { opening, say, away } = faulty();
      away.add('ROOMS');
      const items = listen(opening);
      const next = all(items);
      expect(kinds(await next(1))).toEqual(['CaughtUp']);
      say('ORDERS', 'OrderPlaced');
      const [placed] = await next(1);
      say('ROOMS', 'MessagePosted');
      away.clear();
      const [reset] = await next(1);
      expect(reset).toMatchObject({ __typename: 'StreamReset', reason: 'CURSOR_EXPIRED' });
      expect(splitCursors(String(reset?.cursor))).toEqual({ ORDERS: '1', ROOMS: '1' });
      await items.return(undefined);
      // Whoever left in between gets it when they come back.
      const back = await take(listen(opening, splitCursors(String(placed?.cursor))), 2);
      expect(kinds(back).sort()).toEqual(['CaughtUp', 'StreamReset']);
    });

    test('one that is lost in the middle is opened again behind its place, and catches up unsaid', async () => {
      const { opening, say, opened, losing } = faulty();
      losing.add('ROOMS');
      const items = listen(opening);
      const next = all(items);
      expect(kinds(await next(1))).toEqual(['CaughtUp']);
      say('ROOMS', 'MessagePosted');
      expect(kinds(await next(1))).toEqual(['ROOMS MessagePosted']);
      expect(opened.at(-1)).toBe('ROOMS after 0');
      await items.return(undefined);
    });

    test('when all are away, the stream is', async () => {
      const { opening, away } = faulty();
      for (const { name } of TOPICS) away.add(name);
      const code = 'SUBGRAPH_UNAVAILABLE';
      await expect(listen(opening).next()).rejects.toMatchObject({ code });
    });

    test('a momentary refusal of a subgraph does not end the stream either', async () => {
      const { opening, say } = faulty();
      const answers = [{ message: 'Not now.', extensions: { code: 'SERVICE_UNAVAILABLE' } }];
      const items = listen(async (topic, after, signal) => {
        const error = topic.name === 'ROOMS' && answers.pop();
        if (!error) return opening(topic, after, signal);
        return (async function* () {
          yield { errors: [error] };
        })();
      });
      const next = all(items);
      await next(1);
      say('ORDERS', 'OrderPlaced');
      expect(kinds(await next(2))).toContain('ORDERS OrderPlaced');
      await items.return(undefined);
    });
  });

  test('a refusal of a topic ends the stream with that refusal, and a loss is thrown', async () => {
    const refused = { errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }] };
    const failing = (of: (name: string) => AsyncIterable<SubgraphResponse> | Error): OpenTopic => {
      return async ({ name }) => {
        const events = of(name);
        if (events instanceof Error) throw events;
        return events;
      };
    };
    const refusing = failing(async function* () {
      yield refused;
    });
    expect(await take(listen(refusing), 5)).toEqual([{ failed: refused }]);
    const losing = failing(() => new Error('lost'));
    await expect(take(listen(losing), 1)).rejects.toThrow('lost');
  });

  test('ends at once when it is left, and lets every topic go', async () => {
    const { open } = logs();
    const leaving = new AbortController();
    const signals: AbortSignal[] = [];
    const items = viewerStream(
      TOPICS,
      {},
      (topic, after, signal) => {
        signals.push(signal);
        return open(topic, after, signal);
      },
      leaving.signal,
    );
    await items.next();
    const next = items.next();
    leaving.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
