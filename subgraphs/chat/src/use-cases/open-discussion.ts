import { isShareable, type Viewer } from '@souk/runtime/domain';
import { notShareable } from '../domain/errors.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { comeInto } from './join-room.ts';
import { openRoom } from './open-room.ts';
import { waitUntilKnown } from './wait-until-known.ts';

/**
 * Resolves to the one public room in which a thing is talked about, which the viewer is in from then on. What there is no
 * such thing of, or they may not see, is answered like any other: a discussion tells nobody what there is. The second of
 * two who open it waits at the unique key until the first has committed, and then finds that room.
 */
export async function openDiscussion(
  deps: ChatDeps,
  { userId }: Viewer,
  entityId: string,
): Promise<string> {
  const path = ['entityId'];
  if (!isShareable(entityId)) throw notShareable(path);
  await waitUntilKnown(deps, [userId]);
  return deps.transaction(async (stores) => {
    const found = await stores.discussions.idOf(entityId);
    if (found === null) {
      const id = deps.newId('room');
      const nameless = { name: null, topic: null, groupId: null, directKey: null };
      const room = { id, kind: 'PUBLIC' as const, ...nameless, isGeneral: false, entityId };
      // It belongs to nobody who talks there, also not to the first of them: staff keep order.
      const opened = { ...room, createdBy: null, createdAt: deps.clock() };
      if (await openRoom(stores, opened, [userId])) {
        await countUse(deps, stores, userId, { rule: 'rooms' });
        return id;
      }
    }
    const roomId = found ?? ((await stores.discussions.idOf(entityId)) as string);
    await comeInto(deps, stores, userId, { roomId, path });
    return roomId;
  });
}
