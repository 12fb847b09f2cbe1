import type { Viewer } from '@souk/runtime/domain';
import {
  changePresence,
  defaultPresenceSettings,
  type PresenceChange,
} from '../domain/presence.ts';
import type { ChatDeps } from './deps.ts';

export async function setPresence(
  { transaction, presence, clock }: ChatDeps,
  { userId }: Viewer,
  change: PresenceChange,
): Promise<void> {
  await transaction(async (stores) => {
    await stores.presence.lock(userId);
    const [settings] = await stores.presence.findMany([userId]);
    await stores.presence.save(
      changePresence(settings ?? defaultPresenceSettings(userId), change, clock()),
    );
  });
  await presence.announce(userId);
}
