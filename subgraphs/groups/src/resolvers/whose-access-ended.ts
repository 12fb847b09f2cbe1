import {
  type AffectedViewers,
  type EventLogReader,
  groupStream,
  type RecordedEvent,
} from '@souk/runtime/events';
import { isVisible } from '../domain/group.ts';
import type { StoredGroup } from '../persistence/group-store.ts';

/** Further behind than this, everybody is reauthorised instead of reading that much. */
const MAX_AHEAD = 100;

/**
 * The viewers whose access may have ended by the time the group was as an event shows it; null for none.
 * Changes between the event and that moment count as well: somebody who left right after a join must not see,
 * with that join, the group's name as it is now.
 */
export async function accessEndedBy(
  event: RecordedEvent,
  group: StoredGroup | null,
  log: Pick<EventLogReader, 'read'>,
): Promise<AffectedViewers | null> {
  if (!group) return 'everyone';
  if (isVisible(group, false)) return null;
  const ahead = group.headSequence - event.sequence;
  if (ahead > MAX_AHEAD) return 'everyone';
  const later = ahead > 0 ? await log.read(groupStream(group.id), event.sequence, ahead) : [];
  const happened = [event, ...later];
  if (happened.some(hidesTheGroup)) return 'everyone';
  const left = happened.flatMap(whoLeft);
  return left.length > 0 ? [...new Set(left)] : null;
}

function hidesTheGroup({ type, payload }: RecordedEvent): boolean {
  if (type !== 'groups.GroupUpdated') return false;
  const { changed, visibility } = payload;
  return visibility === 'PRIVATE' && changed.includes('visibility');
}

function whoLeft({ type, payload }: RecordedEvent): string[] {
  if (type !== 'groups.MemberLeft') return [];
  return [payload.userId];
}
