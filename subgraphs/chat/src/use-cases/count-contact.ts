import type { Chat } from '../chat.ts';
import { assertWithin, type ContactRule } from '../domain/contact-limits.ts';
import type { ChatStores } from '../persistence/stores.ts';

/** What an account did in this transaction that others did not ask for. */
export interface Contact {
  openedRooms: number;
  /** Whom it brought into a room. */
  brought: readonly string[];
}

/** Counts it, and throws `RATE_LIMITED` when it was too much, which undoes it. */
export async function countContact(
  { config, clock }: Pick<Chat, 'config' | 'clock'>,
  { quotas, participants }: Pick<ChatStores, 'quotas' | 'participants'>,
  userId: string,
  { openedRooms, brought }: Contact,
): Promise<void> {
  const now = clock();
  const windowSeconds = config.contactWindowSeconds;
  const count = async (rule: ContactRule, points: number) => {
    if (points === 0) return;
    const use = await quotas.use(userId, rule, { points, windowSeconds, now });
    assertWithin(rule, use, config, now);
  };
  await count('rooms', openedRooms);
  const others = brought.filter((id) => id !== userId);
  if (others.length === 0) return;
  await count('strangers', (await participants.strangersAmong(userId, others)).length);
}
