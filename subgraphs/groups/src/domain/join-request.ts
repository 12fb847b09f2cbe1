import { notFound } from '@souk/runtime/domain';
import { type GroupBan, isInForce } from './ban.ts';
import { banned, groupArchived, joinRequestClosed, takesNoRequests } from './errors.ts';
import { type Group, isArchived, isVisible } from './group.ts';

export type JoinRequestStatus = 'PENDING' | 'APPROVED' | 'DECLINED' | 'WITHDRAWN';

/** Somebody's wish to come into a group. */
export interface JoinRequest {
  id: string;
  groupId: string;
  userId: string;
  note: string | null;
  status: JoinRequestStatus;
  decidedBy: string | null;
  decisionNote: string | null;
  createdAt: Date;
  decidedAt: Date | null;
}

/** Throws unless somebody who is no member may ask to become one. */
export function assertMayRequest(group: Group, ban: GroupBan | null, now: Date): void {
  if (!isVisible(group, false)) throw notFound('Group', ['groupId']);
  if (isArchived(group)) throw groupArchived(['groupId']);
  if (ban && isInForce(ban, now)) throw banned(ban.until);
  if (group.joinPolicy !== 'REQUEST') throw takesNoRequests();
}

/** What is answered or taken back stays so. */
export function assertPending({ status }: Pick<JoinRequest, 'status'>): void {
  if (status !== 'PENDING') throw joinRequestClosed();
}
