import { badInput } from '@souk/runtime/domain';

/** A user who must stay out of a group. */
export interface GroupBan {
  id: string;
  groupId: string;
  userId: string;
  bannedBy: string;
  reason: string | null;
  createdAt: Date;
  /** Null: until it is lifted. */
  until: Date | null;
}

export const isInForce = ({ until }: Pick<GroupBan, 'until'>, now: Date): boolean =>
  until === null || until > now;

/** Refuses a ban that would have ended before it begins. */
export function assertEndsLater(until: Date | null, now: Date): void {
  if (until !== null && until <= now)
    throw badInput('The end of a ban must be in the future.', ['until']);
}
