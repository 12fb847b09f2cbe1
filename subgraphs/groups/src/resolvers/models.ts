import type { StreamItem } from '@souk/runtime/events';
import type { Connection } from '@souk/runtime/graphql';
import type { GroupBan } from '../domain/ban.ts';
import type { Membership } from '../domain/membership.ts';
import type { GroupRole } from '../domain/roles.ts';
import type { StoredGroup } from '../persistence/group-store.ts';

/** What resolvers of each GraphQL type start from. */
export type GroupModel = StoredGroup;
export type GroupMemberModel = Membership;
export type GroupBanModel = GroupBan;
export interface UserModel {
  id: string;
}
export interface ViewerModel {
  id: string;
}

/** A page whose whole is counted only when that is asked for. */
export interface GroupConnectionModel extends Connection<StoredGroup> {
  count: () => Promise<number>;
}
export interface GroupMemberConnectionModel extends Connection<Membership> {
  count: () => Promise<number>;
}

export interface GroupBanConnectionModel extends Connection<GroupBan> {
  count: () => Promise<number>;
}

type Sent = Pick<StreamItem, 'cursor' | 'occurredAt'>;

export interface GroupUpdatedModel extends Sent {
  __typename: 'GroupUpdated';
  group: StoredGroup;
  changed: string[];
}
export interface MemberJoinedModel extends Sent {
  __typename: 'MemberJoined';
  group: StoredGroup;
  member: Membership;
}
export interface MemberLeftModel extends Sent {
  __typename: 'MemberLeft';
  group: StoredGroup;
  userId: string;
  reason: string | null;
}
export interface MemberRoleChangedModel extends Sent {
  __typename: 'MemberRoleChanged';
  group: StoredGroup;
  member: Membership;
  previousRole: GroupRole;
}
