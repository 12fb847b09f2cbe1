import { badInput, checkAll, versionConflict } from '@souk/runtime/domain';
import type { HistoryVisibility, Room } from './room.ts';

/** The requested changes of a room; missing fields stay as they are. */
export interface RoomChanges {
  name?: string | null | undefined;
  topic?: string | null | undefined;
  avatarMediaId?: string | null | undefined;
  readOnly?: boolean | null | undefined;
  slowModeSeconds?: number | null | undefined;
  retentionDays?: number | null | undefined;
  historyVisibility?: HistoryVisibility | null | undefined;
}

/** The settings of a room that people may change. */
export type RoomSettings = Pick<
  Room,
  | 'name'
  | 'topic'
  | 'avatarMediaId'
  | 'readOnly'
  | 'slowModeSeconds'
  | 'retentionDays'
  | 'historyVisibility'
>;

/** Six hours; for even fewer messages the room can be closed to them. */
const MAX_SLOW_MODE_SECONDS = 21_600;
const MAX_RETENTION_DAYS = 3_650;

/** The mistakes in a change that are visible without the room. */
export function assertRoomChanges({ name, slowModeSeconds, retentionDays }: RoomChanges): void {
  checkAll({
    name: () => {
      if (name === null) throw badInput('The room needs a name.', ['input', 'name']);
    },
    slowModeSeconds: () =>
      assertBetween('slowModeSeconds', slowModeSeconds, 0, MAX_SLOW_MODE_SECONDS),
    retentionDays: () => assertBetween('retentionDays', retentionDays, 1, MAX_RETENTION_DAYS),
  });
}

/** A discussion has the name and the picture of what it is about; named, it would be listed among public rooms. */
function assertNotCalled({ entityId }: Room, field: string, value: string | null | undefined) {
  if (entityId !== null && value != null) {
    const message = 'A discussion has the name and the picture of what it is about.';
    throw badInput(message, ['input', field]);
  }
}

function assertBetween(field: string, value: number | null | undefined, min: number, max: number) {
  if (value == null || (value >= min && value <= max)) return;
  throw badInput(`From ${min} to ${max}.`, ['input', field]);
}

/** The settings after a change, and the names of the fields that differ. */
export function changedRoom(
  room: Room,
  changes: RoomChanges,
  expectedVersion: number | null,
): { settings: RoomSettings; changed: string[] } {
  assertRoomChanges(changes);
  if (expectedVersion !== null && expectedVersion !== room.version) {
    throw versionConflict(room.version);
  }
  const {
    name,
    topic,
    avatarMediaId,
    readOnly,
    slowModeSeconds,
    retentionDays,
    historyVisibility,
  } = changes;
  checkAll({
    name: () => assertNotCalled(room, 'name', name),
    avatarMediaId: () => assertNotCalled(room, 'avatarMediaId', avatarMediaId),
    historyVisibility: () => {
      if (historyVisibility === 'SINCE_JOINING' && room.kind === 'PUBLIC') {
        throw badInput('Everybody can read all of a public room.', ['input', 'historyVisibility']);
      }
    },
  });
  const settings: RoomSettings = {
    name: name === undefined ? room.name : name,
    topic: topic === undefined ? room.topic : topic || null,
    avatarMediaId: avatarMediaId === undefined ? room.avatarMediaId : avatarMediaId,
    readOnly: readOnly ?? room.readOnly,
    slowModeSeconds: slowModeSeconds === undefined ? room.slowModeSeconds : slowModeSeconds || null,
    retentionDays: retentionDays === undefined ? room.retentionDays : retentionDays,
    historyVisibility: historyVisibility ?? room.historyVisibility,
  };
  const names = Object.keys(settings) as (keyof RoomSettings)[];
  const changed = names.filter((field) => settings[field] !== room[field]);
  return { settings, changed: changed.map(nameForClients) };
}

/** Clients see the picture itself, not which file it is. */
const nameForClients = (field: keyof RoomSettings): string =>
  field === 'avatarMediaId' ? 'avatar' : field;
