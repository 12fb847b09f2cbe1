import { newId, systemClock } from '@souk/runtime/domain';
import { createTransactor } from '@souk/runtime/events';
import { createClient, type Db } from '../../src/persistence/client.ts';
import type { RoomMessage } from '../../src/persistence/room-store.ts';
import { type Stores, storesOn } from '../../src/persistence/stores.ts';
import { notifyOfMessage } from '../../src/use-cases/notify-of-message.ts';

/** The mutant: everybody in the room is notified in the one transaction of the event. */
export async function notifyEverybodyAtOnce(databaseUrl: string, message: RoomMessage) {
  const client = createClient(databaseUrl);
  const transaction = createTransactor<Db, Stores>({
    begin: (work) => client.$transaction(work),
    storesOn,
    onCommitted: () => {},
  });
  const deps = { clock: systemClock, newId, missedMailDelaySeconds: 60 };
  const page = { after: null, limit: 1_000_000 };
  await transaction(async (stores) => {
    const { roomId, sequence } = message;
    const present = await stores.rooms.presentAt(roomId, sequence, page);
    await notifyOfMessage(deps, stores, message, present);
  });
  await client.$disconnect();
}
