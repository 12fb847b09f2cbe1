import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { attachToTheLive } from '../../../test/mutants/attach-to-the-live.ts';
import { Cancellation } from '../cancellation.ts';
import { EncodedEvent } from '../encoded-event.ts';
import type { LiveSink } from '../live-sink.ts';
import { createSharedStream, type SharedStream } from './shared-stream.ts';
import type { Detachment, Subscriber } from './subscriber.ts';

type Create = (options: { isReplayed: boolean; onEmpty(): void }) => SharedStream;

/** A repeatable dice. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % sides;
  };
}

/** A client that takes a few events at a time and remembers all. */
function slowClient(roll: (sides: number) => number) {
  const received: number[] = [];
  const sink: LiveSink = {
    write: (event) => {
      if (roll(4) === 0) return false;
      received.push(JSON.parse(event.json).data.at);
      return true;
    },
    room: () => turn(),
  };
  return { received, sink };
}

const eventAt = (position: number) => {
  const cursor = String(position);
  const encoded = new EncodedEvent(JSON.stringify({ data: { at: position } }), cursor);
  return { kind: 'common', position, cursor, encoded } as const;
};

const subscriberOf = (given: Partial<Subscriber>): Subscriber => ({
  userId: null,
  position: null,
  cursor: null,
  cancellation: new Cancellation(),
  sink: { write: () => true, room: async () => {} },
  request: { context: () => ({ requestId: 'test', viewer: null }) },
  ...given,
});

/** Many come at any moment, knowing the stream up to anywhere: who was received what it should not be? */
async function wronglyServed(create: Create, seed: number): Promise<number> {
  const roll = dice(seed);
  const start = 100;
  const stream = create({ isReplayed: true, onEmpty: () => {} });
  stream.beganAt(start);
  const clients: { received: number[]; from: number; detachment: Detachment | null }[] = [];
  let head = start;
  const join = () => {
    const from = Math.max(start, head - roll(20) + roll(6));
    const { received, sink } = slowClient(roll);
    const client = { received, from, detachment: null as Detachment | null };
    clients.push(client);
    const joining = stream.follow(subscriberOf({ position: from, cursor: String(from), sink }));
    joining.then(
      (detachment) => {
        client.detachment = detachment;
      },
      // Then it received nothing, which is seen.
      () => {},
    );
  };
  join();
  for (let step = 0; step < 150; step += 1) {
    if (roll(3) === 0) join();
    head += 1;
    stream.publish(eventAt(head));
    if (roll(2) === 0) await turn();
  }
  for (let wait = 0; wait < 400; wait += 1) await turn();
  const expected = (from: number) =>
    Array.from({ length: Math.max(0, head - from) }, (_, index) => from + 1 + index);
  return clients.filter(
    ({ received, from, detachment }) => detachment || received.join() !== expected(from).join(),
  ).length;
}

test('each subscriber receives what they have not seen: once, in order, at their own pace', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    expect(await wronglyServed(createSharedStream, seed), `seed ${seed}`).toBe(0);
  }
});

test('attaching to the live end without a replay fails the test above (mutant)', async () => {
  expect(await wronglyServed(attachToTheLive, 1)).toBeGreaterThan(0);
});

test('a subscriber beyond the replay buffer continues from their own cursor', async () => {
  const stream = createSharedStream({ isReplayed: true, onEmpty: () => {} });
  stream.beganAt(0);
  const stays = stream.follow(subscriberOf({ position: 0 }));
  for (let position = 1; position <= 300; position += 1) stream.publish(eventAt(position));
  const behind = await stream.follow(subscriberOf({ position: 10, cursor: '10' }));
  expect(behind).toEqual({ kind: 'behind', cursor: '10' });
  const received: number[] = [];
  const follows = stream.follow(
    subscriberOf({
      position: 290,
      sink: { write: ({ cursor }) => received.push(Number(cursor)) > 0, room: async () => {} },
    }),
  );
  await turn();
  expect(received).toEqual([291, 292, 293, 294, 295, 296, 297, 298, 299, 300]);
  for (const each of [stays, follows]) {
    expect(await Promise.race([each, turn('still there')])).toBe('still there');
  }
});

test('a subscriber that does not read delays nobody, and costs only its position', async () => {
  const stream = createSharedStream({ isReplayed: true, onEmpty: () => {} });
  stream.beganAt(0);
  const received: string[] = [];
  const never = { write: () => false, room: () => new Promise<void>(() => {}) };
  stream.follow(subscriberOf({ position: 0, sink: never })).catch(() => {});
  const follows = stream.follow(
    subscriberOf({
      position: 0,
      sink: { write: ({ cursor }) => received.push(String(cursor)) > 0, room: async () => {} },
    }),
  );
  for (let position = 1; position <= 3; position += 1) stream.publish(eventAt(position));
  expect(received).toEqual(['1', '2', '3']);
  expect(await Promise.race([follows, turn('still there')])).toBe('still there');
});

test('a subscriber whose access is rechecked is detached before later events, wherever they are', async () => {
  const stream = createSharedStream({ isReplayed: true, onEmpty: () => {} });
  stream.beganAt(5);
  const finalEvent = new EncodedEvent(JSON.stringify({ data: { bye: true } }), '5');
  const reauthorise = (position: number, whom: readonly string[] | 'everyone') =>
    ({ kind: 'reauthorise', position, cursor: null, whom, finalEvent }) as const;
  const bo = stream.follow(subscriberOf({ userId: 'bo', position: 5, cursor: '5' }));
  const knowing = stream.follow(subscriberOf({ userId: 'bo', position: 6, cursor: '6' }));
  const ada = stream.follow(subscriberOf({ userId: 'ada', position: 5, cursor: '5' }));
  await turn();
  stream.publish(reauthorise(6, ['bo']));
  stream.publish(eventAt(6));
  expect(await bo).toEqual({ kind: 'reauthorise', cursor: '5', finalEvent });
  // Let in by what has happened since, one of them is not asked about again.
  expect(await Promise.race([knowing, turn('still there')])).toBe('still there');
  stream.publish(reauthorise(7, 'everyone'));
  expect(await ada).toEqual({ kind: 'reauthorise', cursor: '6', finalEvent });
  expect(await knowing).toEqual({ kind: 'reauthorise', cursor: '6', finalEvent });
});
