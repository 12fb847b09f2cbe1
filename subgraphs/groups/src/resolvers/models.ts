import type { PayloadOf, StreamItem } from '@souk/runtime/events';
import type { Connection } from '@souk/runtime/graphql';
import type { AuditEntry } from '../domain/audit.ts';
import type { GroupBan } from '../domain/ban.ts';
import type { GroupInvite } from '../domain/invite.ts';
import type { JoinRequest } from '../domain/join-request.ts';
import type { Membership } from '../domain/membership.ts';
import type { GroupRole } from '../domain/roles.ts';
import type { StoredGroup } from '../persistence/group-store.ts';
import type { Total } from '../persistence/member-lists.ts';

/** What resolvers of each GraphQL type receive. */
export type GroupModel = StoredGroup;
/** As in an event, without the mute, which earlier events did not contain. */
export type GroupMemberModel = Omit<Membership, 'mute'> & Partial<Pick<Membership, 'mute'>>;
export type GroupBanModel = GroupBan;
export type GroupInviteModel = GroupInvite;
export interface GroupPreviewModel
  extends Pick<StoredGroup, 'name' | 'description' | 'avatarMediaId' | 'memberCount'> {
  groupId: string;
}
export type JoinRequestModel = JoinRequest;
export type GroupAuditEntryModel = AuditEntry;
export interface UserModel {
  id: string;
}
export interface ViewerModel {
  id: string;
}

/** A page whose total is counted only when requested. */
export interface GroupConnectionModel extends Connection<StoredGroup> {
  count: () => Promise<number>;
}
export interface GroupMemberConnectionModel extends Connection<Membership> {
  total: () => Promise<Pick<Total, 'count' | 'exact'>>;
}

export interface GroupBanConnectionModel extends Connection<GroupBan> {
  count: () => Promise<number>;
}

export interface JoinRequestConnectionModel extends Connection<JoinRequest> {
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
  member: GroupMemberModel;
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
  member: GroupMemberModel;
  previousRole: GroupRole;
}
export interface MemberMutedModel extends Sent {
  __typename: 'MemberMuted';
  group: StoredGroup;
  member: GroupMemberModel;
}
export interface MemberUnmutedModel extends Sent {
  __typename: 'MemberUnmuted';
  group: StoredGroup;
  member: GroupMemberModel;
}
export interface GroupArchivedModel extends Sent {
  __typename: 'GroupArchived';
  group: StoredGroup;
}
export interface MembershipChangedModel extends Sent {
  __typename: 'MembershipChanged';
  groupId: string;
  change: PayloadOf<'groups.MembershipChanged'>['change'];
}
export interface JoinRequestChangedModel extends Sent {
  __typename: 'JoinRequestChanged';
  requestId: string;
}
export interface InviteReceivedModel extends Sent {
  __typename: 'InviteReceived';
  inviteId: string;
}
export interface InviteChangedModel extends Sent {
  __typename: 'InviteChanged';
  inviteId: string;
}
