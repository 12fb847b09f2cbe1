import { createSearchIndex } from '@souk/runtime/search';
import type { Room } from '../domain/room.ts';
import type { Db } from './client.ts';

/** The words of rooms, of which those that are public and open are searched. */
export const roomIndex = (db: Db) =>
  createSearchIndex<Pick<Room, 'id' | 'name' | 'topic'>>(db, {
    table: 'room',
    columns: 'id, name, topic',
    textsOf: ({ name, topic }) => [
      [name, 'A'],
      [topic, 'B'],
    ],
    indexed: `kind = 'PUBLIC' AND archived_at IS NULL`,
  });
