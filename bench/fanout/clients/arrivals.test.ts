import { expect, test } from 'vitest';
import { payloadOf } from '../room.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';

const reached: number[] = [];

function twoSubscribers(): Arrivals {
  reached.length = 0;
  const arrivals = createArrivals({
    capacity: 2,
    payloadOf: (text) => JSON.parse(text),
    onAll: (number) => reached.push(number),
  });
  arrivals.joined(0, 1);
  arrivals.joined(1, 1);
  return arrivals;
}

const send = (arrivals: Arrivals, subscriber: number, payload: unknown) => {
  const bytes = Buffer.from(`ab${JSON.stringify(payload)}`);
  arrivals.take(subscriber, bytes, 2, bytes.length, 0);
};

test('a message has reached all when the last has it', () => {
  const arrivals = twoSubscribers();
  send(arrivals, 0, payloadOf(1));
  expect([reached, arrivals.missing(1)]).toEqual([[], 1]);
  send(arrivals, 1, payloadOf(1));
  send(arrivals, 1, payloadOf(2));
  send(arrivals, 0, payloadOf(2));
  expect([reached, arrivals.missing(2), arrivals.faultCount]).toEqual([[1, 2], 0, 0]);
});

test('a message that comes twice, too early or changed is found', () => {
  const arrivals = twoSubscribers();
  for (const subscriber of [0, 1]) send(arrivals, subscriber, payloadOf(1));
  send(arrivals, 0, payloadOf(1));
  send(arrivals, 0, payloadOf(3));
  const changed = JSON.parse(JSON.stringify(payloadOf(2)).replace('Fjellheim', 'Dalheim'));
  send(arrivals, 0, changed);
  expect([arrivals.faultCount, arrivals.missing(2), reached]).toEqual([3, 2, [1]]);
});
