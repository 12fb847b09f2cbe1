import type { Viewer } from '@souk/runtime';
import type { Chat } from '../chat.ts';
import {
  changePresence,
  defaultPresenceSettings,
  type PresenceChange,
} from '../domain/presence.ts';

export async function setPresence(
  { transaction, presence, clock }: Chat,
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
