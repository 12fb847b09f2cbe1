import { isDeepStrictEqual } from 'node:util';
import type { Viewer } from '@souk/runtime/domain';
import {
  changePresence,
  defaultPresenceSettings,
  type PresenceChange,
} from '../domain/presence.ts';
import { announceOwnChanges } from './announce-own-change.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';

export async function setPresence(
  deps: ChatDeps,
  { userId }: Viewer,
  change: PresenceChange,
): Promise<void> {
  const { transaction, presence, clock } = deps;
  await transaction(async (stores) => {
    await countUse(deps, stores, userId, { rule: 'presence' });
    await stores.presence.lock(userId);
    const [before = defaultPresenceSettings(userId)] = await stores.presence.findMany([userId]);
    const after = changePresence(before, change, clock());
    await stores.presence.save(after);
    if (isDeepStrictEqual(after, before)) return;
    await announceOwnChanges(stores, [{ userId, kind: 'PRESENCE', thingId: userId }]);
  });
  await presence.announce(userId);
}
