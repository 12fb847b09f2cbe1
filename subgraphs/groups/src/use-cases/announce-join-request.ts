import { groupStream, type TransactionTools, userStream } from '@souk/runtime/events';
import type { Group } from '../domain/group.ts';
import type { JoinRequest } from '../domain/join-request.ts';

/** Tells the requester the status of their request; a consumer tells those who can answer it. */
export async function announceJoinRequest(
  { events }: Pick<TransactionTools, 'events'>,
  group: Pick<Group, 'id' | 'name'>,
  { id: requestId, userId, status }: Pick<JoinRequest, 'id' | 'userId' | 'status'>,
): Promise<void> {
  const payload = { groupId: group.id, groupName: group.name, requestId, userId, status };
  const stream = groupStream(group.id);
  await events.append({ type: 'groups.JoinRequestChanged', stream, payload });
  const own = userStream(userId);
  await events.append({ type: 'groups.OwnJoinRequestChanged', stream: own, payload });
}
