import { badInput, isIdOf, notFound } from '@souk/runtime/domain';
import { groupFull } from './errors.ts';

export type GroupVisibility = 'PUBLIC' | 'UNLISTED' | 'PRIVATE';
export type JoinPolicy = 'OPEN' | 'REQUEST' | 'INVITE_ONLY';

export interface Group {
  id: string;
  slug: string;
  name: string;
  description: string | null;
  avatarMediaId: string | null;
  rules: string | null;
  visibility: GroupVisibility;
  joinPolicy: JoinPolicy;
  memberCount: number;
  /** The maximum number of members; null for no limit. */
  seatLimit: number | null;
  version: number;
  createdAt: Date;
  archivedAt: Date | null;
}

/** A private group does not exist for outsiders, so it answers like an unknown one. */
export const isVisible = (group: Pick<Group, 'visibility'>, viewerIsMember: boolean): boolean =>
  group.visibility !== 'PRIVATE' || viewerIsMember;

/** Treats an invalid group id like a group that does not exist. */
export function assertGroupId(id: string, path: readonly string[]): void {
  if (!isIdOf('grp', id)) throw notFound('Group', path);
}

/** An archived group cannot be changed; its members can still read it. */
export const isArchived = ({ archivedAt }: Pick<Group, 'archivedAt'>): boolean =>
  archivedAt !== null;

/** Throws when the group is full; its members are counted under its lock. */
export function assertHasSeat({ seatLimit, memberCount }: Group): void {
  if (seatLimit !== null && memberCount >= seatLimit) throw groupFull(seatLimit);
}

export const MAX_SEATS = 1_000_000;

/** The chosen number of seats; null for no limit. */
export function checkedSeatLimit(seatLimit: number | null | undefined): number | null {
  if (seatLimit == null) return null;
  if (seatLimit < 1 || seatLimit > MAX_SEATS) {
    throw badInput(`A group can have 1 to ${MAX_SEATS} seats.`, ['input', 'seatLimit']);
  }
  return seatLimit;
}
