import { expect, test } from 'vitest';
import { createEventLogReader, type RecordedEvent } from '../event-log.ts';
import { eventOfHint, hintOf } from '../live-topics.ts';
import { presentEvent } from '../present-event.ts';
import { EVENTS, type EventName } from './index.ts';
import recorded from './recorded-payloads.json' with { type: 'json' };

/** Payloads as each version recorded them: a line here is never changed, only added. */
const RECORDED: Record<string, Record<string, readonly unknown[]>> = recorded;

const names = Object.keys(EVENTS) as EventName[];
const versionsOf = (name: EventName) =>
  Array.from({ length: EVENTS[name].version }, (_, index) => index + 1);

const read = (type: EventName, version: number, payload: unknown) =>
  EVENTS[type].payload.parse(presentEvent({ type, version, payload } as RecordedEvent).payload);

test('every version of every event has payloads recorded in recorded-payloads.json', () => {
  const without = names.flatMap((name) =>
    versionsOf(name)
      .filter((version) => !RECORDED[name]?.[version]?.length)
      .map((version) => `${name} version ${version}`),
  );
  expect(without).toEqual([]);
});

test.each(names)('whatever was recorded of %s can be read: else raise its version', (name) => {
  for (const version of versionsOf(name)) {
    for (const payload of RECORDED[name]?.[version] ?? []) read(name, version, payload);
  }
});

/** Every recorded payload with what a handler of its event is given by now. */
const PAYLOADS = names.flatMap((type) =>
  versionsOf(type).flatMap((version) =>
    (RECORDED[type]?.[version] ?? []).map((payload) => ({
      event: {
        id: 'evt_1',
        position: 1,
        stream: 's',
        sequence: 1,
        occurredAt: new Date(0),
        type,
        version,
        payload,
      } as RecordedEvent,
      present: EVENTS[type].payload.parse(read(type, version, payload)),
    })),
  ),
);

test('streams show whatever was recorded as consumers are given it, from a hint', () => {
  for (const { event, present } of PAYLOADS) {
    expect(eventOfHint(JSON.parse(JSON.stringify(hintOf(event))))?.payload).toEqual(present);
  }
});

test('streams show whatever was recorded as consumers are given it, from the log', async () => {
  const rows = PAYLOADS.map(({ event: { occurredAt, ...event } }) => ({
    ...{ ...event, occurred_at: occurredAt, request_id: null, traceparent: null },
  }));
  const log = createEventLogReader({
    $queryRawUnsafe: async () => rows as never,
    $executeRawUnsafe: async () => 0,
  });
  const shown = await log.read('s', 0, rows.length);
  expect(shown.map(({ payload }) => payload)).toEqual(PAYLOADS.map(({ present }) => present));
});

test('an event that travelled with a hint and cannot be read is left to the log', () => {
  const type = 'notifications.NotificationsRead';
  const [{ event }] = PAYLOADS.filter((one) => one.event.type === type) as [(typeof PAYLOADS)[0]];
  expect(eventOfHint(hintOf({ ...event, version: 0 } as RecordedEvent))).toBeNull();
});

test('what only a later release can read is shown as it was recorded', () => {
  const payload = { userId: 'x', sessionId: 'x', reason: 'OF_TOMORROW' };
  for (const version of [1, 2]) {
    const event = { type: 'users.SessionRevoked', version, payload } as unknown as RecordedEvent;
    expect(presentEvent(event)).toEqual(event);
  }
});

test('of what version 1 of StockRejected had left, the reason is made', () => {
  const [first] = RECORDED['products.StockRejected']?.[1] ?? [];
  expect(read('products.StockRejected', 1, first)).toEqual({
    orderId: 'x',
    shortages: [
      { variantId: 'x', requested: 2, reason: 'TOO_MANY' },
      { variantId: 'y', requested: 2, reason: 'OUT_OF_STOCK' },
    ],
  });
});

test('of the counts in version 1 of InventoryUpdated, the availabilities are made', () => {
  const upgraded = (RECORDED['products.InventoryUpdated']?.[1] ?? []).map((payload) =>
    read('products.InventoryUpdated', 1, payload),
  );
  expect(upgraded).toMatchObject([
    { policy: 'DENY', previousAvailability: 'OUT', availability: 'IN_STOCK' },
    { policy: 'CONTINUE', previousAvailability: 'BACKORDER', availability: 'IN_STOCK' },
    { policy: 'DENY', previousAvailability: 'OUT', availability: 'LOW' },
  ]);
});

test('guests in version 1 of memberships are members by now', () => {
  const guests = ['groups.MemberJoined', 'groups.MemberRoleChanged'].flatMap((name) =>
    (RECORDED[name]?.[1] ?? [])
      .filter((payload) => JSON.stringify(payload).includes('GUEST'))
      .map((payload) => read(name as EventName, 1, payload)),
  );
  expect(guests.length).toBeGreaterThan(1);
  expect(JSON.stringify(guests)).not.toContain('GUEST');
});

test('a version that nothing reads any more is reported, not guessed at', () => {
  expect(() => read('products.StockRejected', 0, {})).toThrow('version 0 any more');
});
