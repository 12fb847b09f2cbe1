import { unlessAway } from '@souk/runtime/backplane';
import type { Viewer } from '@souk/runtime/domain';
import { IDLE_AFTER_MS } from '../domain/presence.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';

/** Interval in seconds for clients to repeat their report: well before the lease of a connection expires. */
export const REPORT_WITHIN_SECONDS = 20;

export interface ReportedActivity {
  /** The user did something, not merely stayed connected. */
  active: boolean;
  /** The room on the screen, if there is one. */
  roomId?: string | null | undefined;
}

/**
 * Keeps a person without an open socket connected; the session stands in for the connection. Their activity,
 * and what they view, decides whether a mail about a missed message is needed.
 */
export async function reportActivity(
  { connections, presence, reads, activity, clock }: ChatDeps,
  { userId, sessionId }: Viewer,
  { active, roomId }: ReportedActivity,
): Promise<void> {
  const now = clock();
  if (roomId != null) await joinedRoom(reads, userId, roomId, ['roomId']);
  await activity.note({ userId, sessionId }, { active, roomId: roomId ?? null }, now);
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
