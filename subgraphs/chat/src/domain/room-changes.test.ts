import { mistakesOf } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import type { Room } from './room.ts';
import { changedRoom, type RoomChanges } from './room-changes.ts';

const room = {
  name: 'Tea',
  topic: 'Leaves',
  readOnly: false,
  slowModeSeconds: 5,
  retentionDays: null,
  version: 3,
  kind: 'PRIVATE',
  entityId: null,
  historyVisibility: 'ALL',
} as Room;

test.each<[RoomChanges, string[]]>([
  [{}, []],
  [{ name: 'Tea', topic: 'Leaves', readOnly: false, slowModeSeconds: 5 }, []],
  [{ name: 'Coffee' }, ['name']],
  [{ topic: '' }, ['topic']],
  [{ topic: null, readOnly: true }, ['topic', 'readOnly']],
  [{ slowModeSeconds: 0 }, ['slowModeSeconds']],
  [{ slowModeSeconds: null, retentionDays: 1 }, ['slowModeSeconds', 'retentionDays']],
  [{ historyVisibility: 'SINCE_JOINING' }, ['historyVisibility']],
  [{ historyVisibility: null }, []],
])('%j changes %j', (changes, changed) => {
  expect(changedRoom(room, changes, 3).changed).toEqual(changed);
});

test('fields that are left out stay, and null clears a field', () => {
  const { settings } = changedRoom(room, { topic: '', slowModeSeconds: 0, readOnly: null }, null);
  expect(settings).toEqual({
    name: 'Tea',
    topic: null,
    readOnly: false,
    slowModeSeconds: null,
    retentionDays: null,
    historyVisibility: 'ALL',
  });
});

test('all mistakes are reported at once, and an older version is a conflict', () => {
  const wrong = { name: null, slowModeSeconds: 21_601, retentionDays: 0 };
  const paths = mistakesOf(() => changedRoom(room, wrong, null)).map(({ argumentPath }) =>
    argumentPath?.at(-1),
  );
  expect(paths).toEqual(Object.keys(wrong));
  expect(() => changedRoom(room, { name: 'Coffee' }, 2)).toThrow(
    expect.objectContaining({ code: 'VERSION_CONFLICT', data: { currentVersion: 3 } }),
  );
});

test('a discussion has no name and no picture of its own; all mistakes are told at once', () => {
  const discussion: Room = { ...room, kind: 'PUBLIC', name: null, entityId: 'prd_1' };
  const changes: RoomChanges = {
    ...{ name: 'Tea', avatarMediaId: 'med_1', historyVisibility: 'SINCE_JOINING', topic: 'Leaves' },
  };
  expect(
    mistakesOf(() => changedRoom(discussion, changes, 3)).map(({ argumentPath }) => argumentPath),
  ).toEqual(['name', 'avatarMediaId', 'historyVisibility'].map((field) => ['input', field]));
  expect(changedRoom(discussion, { avatarMediaId: null, readOnly: true }, 3).changed).toContain(
    'readOnly',
  );
});
