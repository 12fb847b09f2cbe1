import { unlessAway, type Viewer } from '@souk/runtime';
import type { Chat } from '../chat.ts';
import { IDLE_AFTER_MS } from '../domain/presence.ts';

/** Keeps somebody without an open socket connected; the session stands for the connection. */
export async function heartbeat(
  { connections, presence, reads, clock }: Chat,
  { userId, sessionId }: Viewer,
  active: boolean,
): Promise<void> {
  const now = clock();
  const before = (await presence.connected([userId])).get(userId);
  // The next one counts again: clients send theirs every few seconds.
  const lease = connections.connected(userId, `session:${sessionId}`, active ? now : undefined);
  await unlessAway(lease, undefined);
  if (!active) return;
  await reads.presence.noteActivity(userId, now);
  const lastActiveAt = before?.lastActiveAt;
  const wasIdle = lastActiveAt && now.getTime() - lastActiveAt.getTime() >= IDLE_AFTER_MS;
  if (wasIdle) await presence.announce(userId);
}
