import { notFound, rateLimited } from '@souk/runtime/domain';
import { type GroupBan, isInForce } from './ban.ts';
import { banned, groupArchived, joinRequestClosed, takesNoRequests } from './errors.ts';
import { type Group, isArchived, isVisible } from './group.ts';

export type JoinRequestStatus = 'PENDING' | 'APPROVED' | 'DECLINED' | 'WITHDRAWN';

/** A person's request to join a group. */
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

/** Throws unless a non-member may request to join. */
export function assertMayRequest(group: Group, ban: GroupBan | null, now: Date): void {
  if (!isVisible(group, false)) throw notFound('Group', ['groupId']);
  if (isArchived(group)) throw groupArchived(['groupId']);
  if (ban && isInForce(ban, now)) throw banned(ban.until);
  if (group.joinPolicy !== 'REQUEST') throw takesNoRequests();
}

/** An answered or withdrawn request cannot be changed. */
export function assertPending({ status }: Pick<JoinRequest, 'status'>): void {
  if (status !== 'PENDING') throw joinRequestClosed();
}

/** How long people cannot ask again after being declined, or after withdrawing several requests. */
const COOLDOWN_MS = 86_400_000;
const WITHDRAWALS = 3;

/** The time from which closed requests count for that. */
export const startOfCooldown = (now: Date): Date => new Date(now.getTime() - COOLDOWN_MS);

/**
 * Throws `RATE_LIMITED` for people who were declined recently, or withdrew too many requests: everybody who
 * may answer is told of each. `recent` are this person's requests to this group that were closed since
 * `startOfCooldown`.
 */
export function assertMayAskAgain(
  recent: readonly Pick<JoinRequest, 'status' | 'decidedAt'>[],
  now: Date,
): void {
  const closed = (status: JoinRequestStatus) =>
    recent
      .flatMap((request) => (request.status === status ? [request.decidedAt?.getTime() ?? 0] : []))
      .sort((one, other) => one - other);
  const [refused, withdrawn] = [closed('DECLINED').at(-1), closed('WITHDRAWN').at(-WITHDRAWALS)];
  const since = refused ?? withdrawn;
  if (since !== undefined) {
    throw rateLimited(Math.max(1, Math.ceil((since + COOLDOWN_MS - now.getTime()) / 1_000)));
  }
}
