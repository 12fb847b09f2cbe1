import { changeAttendance } from '../use-cases/change-attendance.ts';
import type { NotifyDeps } from '../use-cases/deps.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** Joins and leaves are stored with their sequence, so the order of their arrival does not matter. */
export const copyRoom = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'copy-room',
    consumes: 'chat.RoomCreated',
    handle: async ({ event, sequence }, stores, from) => {
      const { roomId, kind, name, groupId, participantIds } = event;
      await stores.rooms.lock(roomId);
      await stores.rooms.describe({ id: roomId, kind, name, groupId, sequence });
      const attendance = { roomId, sequence, joined: participantIds, left: [], banned: [] };
      return changeAttendance(deps, stores, attendance, from);
    },
  });

/** A room's name follows its changes, whatever the order of their arrival. */
export const copyChangedRoom = notificationsConsumer({
  name: 'copy-changed-room',
  consumes: 'chat.RoomUpdated',
  handle: async ({ event: { roomId: id, kind, name, groupId }, sequence }, { rooms }) => {
    await rooms.lock(id);
    await rooms.describe({ id, kind, name, groupId, sequence });
  },
});

export const copyRoomPreferences = notificationsConsumer({
  name: 'copy-room-preferences',
  consumes: 'chat.RoomPreferencesChanged',
  handle: ({ event: { mutedUntil, ...preference }, sequence }, { roomPreferences }) =>
    roomPreferences.keep({
      ...{ ...preference, sequence },
      mutedUntil: mutedUntil === null ? null : new Date(mutedUntil),
    }),
});

export const copyAttendance = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'copy-attendance',
    consumes: 'chat.ParticipantsChanged',
    handle: async ({ event: { roomId, ...moved }, sequence }, stores, from) => {
      await stores.rooms.lock(roomId);
      return changeAttendance(deps, stores, { roomId, sequence, ...moved }, from);
    },
  });
