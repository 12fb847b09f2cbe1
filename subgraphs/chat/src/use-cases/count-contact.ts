import { assertWithin } from '@souk/runtime/persistence';
import { type ContactRule, contactQuota } from '../domain/contact-limits.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';

/** What an account did in this transaction that others did not ask for. */
export interface Contact {
  openedRooms: number;
  /** Whom it brought into a room, who were not in it before. */
  brought: readonly string[];
  roomId: string;
}

/** Counts it, and throws `RATE_LIMITED` when it was too much, which undoes it. */
export async function countContact(
  { config, clock }: Pick<ChatDeps, 'config' | 'clock'>,
  { quotas, participants }: Pick<Stores, 'quotas' | 'participants'>,
  userId: string,
  { openedRooms, brought, roomId }: Contact,
): Promise<void> {
  const now = clock();
  const count = async (rule: ContactRule, points: number) => {
    if (points === 0) return;
    const quota = contactQuota(rule, config);
    const { windowSeconds } = quota;
    assertWithin(await quotas.use(userId, rule, { points, windowSeconds, now }), quota, now);
  };
  await count('rooms', openedRooms);
  const others = brought.filter((id) => id !== userId);
  if (others.length === 0) return;
  await count('strangers', (await participants.strangersAmong(userId, others, roomId)).length);
}
