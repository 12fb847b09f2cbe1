import { isIdOf, notFound } from '@souk/runtime/domain';

export type GroupVisibility = 'PUBLIC' | 'UNLISTED' | 'PRIVATE';
export type JoinPolicy = 'OPEN' | 'REQUEST' | 'INVITE_ONLY';

export interface Group {
  id: string;
  slug: string;
  name: string;
  description: string | null;
  rules: string | null;
  visibility: GroupVisibility;
  joinPolicy: JoinPolicy;
  memberCount: number;
  version: number;
  createdAt: Date;
  archivedAt: Date | null;
}

/** A private group does not exist for anybody outside it, so it answers like an unknown one. */
export const isVisible = (group: Pick<Group, 'visibility'>, viewerIsMember: boolean): boolean =>
  group.visibility !== 'PRIVATE' || viewerIsMember;

/** Refuses what cannot be a group's id as it refuses a group that does not exist. */
export function assertGroupId(id: string, path: readonly string[]): void {
  if (!isIdOf('grp', id)) throw notFound('Group', path);
}
