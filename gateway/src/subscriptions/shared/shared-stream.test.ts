import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { attachToTheLive } from '../../../test/mutants/attach-to-the-live.ts';
import { Departure } from '../departure.ts';
import { EncodedEvent } from '../encoded-event.ts';
import type { LiveSink } from '../live-sink.ts';
import { createSharedStream, type SharedStream } from './shared-stream.ts';
import type { Parting, Subscriber } from './subscriber.ts';

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
  const told: number[] = [];
  const sink: LiveSink = {
    write: (event) => {
      if (roll(4) === 0) return false;
      told.push(JSON.parse(event.json).data.at);
      return true;
    },
    room: () => turn(),
  };
  return { told, sink };
}

const eventAt = (position: number) => {
  const cursor = String(position);
  const event = new EncodedEvent(JSON.stringify({ data: { at: position } }), cursor);
  return { kind: 'event', position, cursor, event } as const;
};

const subscriberOf = (given: Partial<Subscriber>): Subscriber => ({
  userId: null,
  position: null,
  cursor: null,
  departure: new Departure(),
  sink: { write: () => true, room: async () => {} },
  request: { context: () => ({ requestId: 'test', viewer: null }) },
  ...given,
});

/** Many come at any moment, knowing the stream up to anywhere: who was told what it should not be? */
async function wronglyTold(create: Create, seed: number): Promise<number> {
  const roll = dice(seed);
  const start = 100;
  const stream = create({ isReplayed: true, onEmpty: () => {} });
  stream.beganAt(start);
  const clients: { told: number[]; from: number; parted: Parting | null }[] = [];
  let head = start;
  const join = () => {
    const from = Math.max(start, head - roll(20) + roll(6));
    const { told, sink } = slowClient(roll);
    const client = { told, from, parted: null as Parting | null };
    clients.push(client);
    const joining = stream.follow(subscriberOf({ position: from, cursor: String(from), sink }));
    void joining.then((parting) => {
      client.parted = parting;
    });
  };
  join();
  for (let step = 0; step < 150; step += 1) {
    if (roll(3) === 0) join();
    head += 1;
    stream.happened(eventAt(head));
    if (roll(2) === 0) await turn();
  }
  for (let wait = 0; wait < 400; wait += 1) await turn();
  const expected = (from: number) =>
    Array.from({ length: Math.max(0, head - from) }, (_, index) => from + 1 + index);
  return clients.filter(({ told, from, parted }) => parted || told.join() !== expected(from).join())
    .length;
}

test('everybody is told what they have not seen: once, in order, at their own pace', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    expect(await wronglyTold(createSharedStream, seed), `seed ${seed}`).toBe(0);
  }
});

test('attaching to what is live, wherever one stood, is caught by the test above', async () => {
  expect(await wronglyTold(attachToTheLive, 1)).toBeGreaterThan(0);
});

test('who needs what is no longer kept is sent back to their own cursor', async () => {
  const stream = createSharedStream({ isReplayed: true, onEmpty: () => {} });
  stream.beganAt(0);
  const stays = stream.follow(subscriberOf({ position: 0 }));
  for (let position = 1; position <= 300; position += 1) stream.happened(eventAt(position));
  const behind = await stream.follow(subscriberOf({ position: 10, cursor: '10' }));
  expect(behind).toEqual({ kind: 'behind', cursor: '10' });
  const told: number[] = [];
  void stream.follow(
    subscriberOf({
      position: 290,
      sink: { write: ({ cursor }) => told.push(Number(cursor)) > 0, room: async () => {} },
    }),
  );
  await turn();
  expect(told).toEqual([291, 292, 293, 294, 295, 296, 297, 298, 299, 300]);
  expect(await Promise.race([stays, turn('still there')])).toBe('still there');
});

test('one who does not read keeps nobody waiting, and costs nothing but its place', async () => {
  const stream = createSharedStream({ isReplayed: true, onEmpty: () => {} });
  stream.beganAt(0);
  const told: string[] = [];
  const never = { write: () => false, room: () => new Promise<void>(() => {}) };
  void stream.follow(subscriberOf({ position: 0, sink: never }));
  void stream.follow(
    subscriberOf({
      position: 0,
      sink: { write: ({ cursor }) => told.push(String(cursor)) > 0, room: async () => {} },
    }),
  );
  for (let position = 1; position <= 3; position += 1) stream.happened(eventAt(position));
  expect(told).toEqual(['1', '2', '3']);
});

test('whose access is asked about leaves before what follows, wherever they are', async () => {
  const stream = createSharedStream({ isReplayed: true, onEmpty: () => {} });
  stream.beganAt(5);
  const finalEvent = new EncodedEvent(JSON.stringify({ data: { bye: true } }), '5');
  const reauthorise = (position: number, whom: readonly string[] | 'everyone') =>
    ({ kind: 'reauthorise', position, cursor: null, whom, finalEvent }) as const;
  const bo = stream.follow(subscriberOf({ userId: 'bo', position: 5, cursor: '5' }));
  const knowing = stream.follow(subscriberOf({ userId: 'bo', position: 6, cursor: '6' }));
  const ada = stream.follow(subscriberOf({ userId: 'ada', position: 5, cursor: '5' }));
  await turn();
  stream.happened(reauthorise(6, ['bo']));
  stream.happened(eventAt(6));
  expect(await bo).toEqual({ kind: 'reauthorise', cursor: '5', finalEvent });
  // Let in by what has happened since, one of them is not asked about again.
  expect(await Promise.race([knowing, turn('still there')])).toBe('still there');
  stream.happened(reauthorise(7, 'everyone'));
  expect(await ada).toEqual({ kind: 'reauthorise', cursor: '6', finalEvent });
  expect(await knowing).toEqual({ kind: 'reauthorise', cursor: '6', finalEvent });
});
