import { announceRead } from '../use-cases/announce-read.ts';
import type { NotifyDeps } from '../use-cases/deps.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/**
 * A user who has read a room, or replied there, has read its notice. This may arrive before the news of the
 * message, so it is remembered as well.
 */
export const readRoom = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'read-room',
    consumes: 'chat.RoomRead',
    handle: async ({ event: { roomId, userId, readUpTo } }, stores) => {
      const { rooms, notifications } = stores;
      await rooms.lock(roomId);
      await rooms.recordReading({ roomId, userId, sequence: readUpTo });
      const read = await notifications.markRead(userId, { roomId, readUpTo }, deps.clock());
      await announceRead(deps, stores, userId, read);
    },
  });
