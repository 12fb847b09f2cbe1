import { type ActivityRecord, type Backplane, createActivityRecord } from '@souk/runtime/backplane';
import { type Attention, attention, newId } from '@souk/runtime/domain';
import { testBackplane } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { activityPerPerson } from './mutants/activity-per-person.ts';

let backplane: Backplane;
beforeAll(async () => {
  backplane = await testBackplane();
});
afterAll(() => backplane.close());

type Report = readonly [
  secondsAgo: number,
  device: 'desktop' | 'phone',
  did: 'something' | 'nothing',
  shows?: 'the room' | 'another room',
];

/** What a tab says that is left open: a report every twenty seconds, and nobody does anything. */
const left = (device: Report[1], shows: Report[3], since: number, until = 0): Report[] =>
  Array.from({ length: Math.floor((since - until) / 20) + 1 }, (_, nth) => [
    since - nth * 20,
    device,
    'nothing',
    shows,
  ]);

const CASES: readonly [what: string, reports: readonly Report[], expected: Attention][] = [
  ['no device says anything: sockets that are merely open', [], 'AWAY'],
  ['an idle desktop alone', left('desktop', undefined, 1_800), 'AWAY'],
  [
    'an idle desktop, and a phone in use elsewhere',
    [...left('desktop', undefined, 1_800), [30, 'phone', 'something', 'another room']],
    'ATTENTIVE',
  ],
  [
    'a phone in use, and the report of an idle desktop after it',
    [[30, 'phone', 'something'], ...left('desktop', 'another room', 20)],
    'ATTENTIVE',
  ],
  [
    'a closed lid, and an inbox that is open in a tab of another device',
    [[900, 'desktop', 'something', 'the room'], ...left('phone', undefined, 1_800)],
    'AWAY',
  ],
  [
    'somebody reads the room on the phone, and the desktop is idle',
    [
      ...left('desktop', undefined, 1_800),
      [300, 'phone', 'something', 'the room'],
      ...left('phone', 'the room', 280),
    ],
    'ATTENTIVE',
  ],
  [
    'somebody reads the room on the phone, and the desktop that nobody touches shows it too',
    [
      [300, 'phone', 'something', 'the room'],
      ...left('phone', 'the room', 280),
      ...left('desktop', 'the room', 1_800),
    ],
    'ATTENTIVE',
  ],
  [
    'a desktop left with the room on its screen, and a phone that was used five minutes ago and put away',
    [
      [1_800, 'desktop', 'something', 'the room'],
      ...left('desktop', 'the room', 1_780),
      [300, 'phone', 'something', 'another room'],
    ],
    'AWAY',
  ],
  [
    'the room was read on the phone until two minutes ago; the desktop shows another one',
    [
      [300, 'phone', 'something', 'the room'],
      ...left('phone', 'the room', 280, 120),
      ...left('desktop', 'another room', 1_800),
    ],
    'AWAY',
  ],
  [
    'a screen that shows the room and that nobody ever touched',
    left('desktop', 'the room', 600),
    'AWAY',
  ],
];

const start = new Date('2026-11-25T12:00:00Z').getTime();

/** What the reports come to, in the order in which they were made. */
async function judged(record: ActivityRecord, reports: readonly Report[]): Promise<Attention> {
  const userId = newId('usr');
  const sessions = { desktop: newId('ses'), phone: newId('ses') };
  const rooms = { 'the room': newId('room'), 'another room': newId('room') };
  for (const [ago, device, did, shows] of reports.toSorted(([a], [b]) => b - a)) {
    const doing = { active: did === 'something', roomId: shows ? rooms[shows] : null };
    const at = new Date(start - ago * 1_000);
    await record.note({ userId, sessionId: sessions[device] }, doing, at);
  }
  return attention(await record.of(userId, rooms['the room']), new Date(start));
}

test.each(CASES)('%s', async (_, reports, expected) => {
  expect(await judged(createActivityRecord(backplane.cache), reports)).toBe(expected);
});

test('the table finds a record that is kept per person', async () => {
  const wrong: string[] = [];
  for (const [what, reports, expected] of CASES) {
    if ((await judged(activityPerPerson(), reports)) !== expected) wrong.push(what);
  }
  expect(wrong).toContain(
    'a desktop left with the room on its screen, and a phone that was used five minutes ago and put away',
  );
});
