import type { Viewer } from '@souk/runtime/domain';
import {
  changePresence,
  defaultPresenceSettings,
  type PresenceChange,
} from '../domain/presence.ts';
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
    const [settings] = await stores.presence.findMany([userId]);
    await stores.presence.save(
      changePresence(settings ?? defaultPresenceSettings(userId), change, clock()),
    );
  });
  await presence.announce(userId);
}
