import {
  createListLoader,
  createLoader,
  type ListLoader,
  type Loader,
} from '@souk/runtime/graphql';
import type { AuditEntry } from '../domain/audit.ts';
import type { GroupBan } from '../domain/ban.ts';
import type { GroupInvite, InviteStatus } from '../domain/invite.ts';
import type { JoinRequest, JoinRequestStatus } from '../domain/join-request.ts';
import type { Membership } from '../domain/membership.ts';
import type { StoredGroup } from './group-store.ts';
import type { Counted, ListPage, WantedMembers } from './member-lists.ts';
import type { Stores } from './stores.ts';

export interface Loaders {
  /** Groups whoever asks: `visibleGroup` decides who sees them. */
  readonly group: Loader<StoredGroup>;
  readonly groupBySlug: Loader<StoredGroup>;
  readonly member: Loader<Membership>;
  /** Bans, for any caller: `mayManageMembers` decides who sees them. */
  readonly ban: Loader<GroupBan>;
  bansOf(page: ListPage): ListLoader<GroupBan>;
  readonly countBansOf: Loader<Counted>;
  /** Invitations, for any caller: `visibleInvite` decides who sees them. */
  readonly invite: Loader<GroupInvite>;
  readonly inviteByCode: Loader<GroupInvite>;
  invitesOf(
    wanted: { status: InviteStatus | null; now: Date },
    page: ListPage,
  ): ListLoader<GroupInvite>;
  readonly address: Loader<{ userId: string; email: string }>;
  /** Requests whoever asks: `visibleJoinRequest` decides who sees them. */
  readonly joinRequest: Loader<JoinRequest>;
  joinRequestsOf(status: JoinRequestStatus | null, page: ListPage): ListLoader<JoinRequest>;
  countJoinRequestsOf(status: JoinRequestStatus | null): Loader<Counted>;
  /** The viewer's latest request, by group; null for nobody. */
  readonly joinRequestOfViewer: Loader<JoinRequest>;
  /** What was done, for any caller: `mayManageMembers` decides who sees it. */
  readonly auditEntry: Loader<AuditEntry>;
  auditLogOf(page: ListPage): ListLoader<AuditEntry>;
  /** What keeps the viewer out, by group; null for nobody. */
  readonly banOfViewer: Loader<GroupBan>;
  /** The viewer's membership, by group; null for nobody. */
  readonly membershipOfViewer: Loader<Membership>;
  readonly firstOwner: Loader<{ groupId: string; userId: string }>;
  /** One loader for each page asked for: fields with the same arguments share a statement. */
  membersOf(wanted: WantedMembers, page: ListPage): ListLoader<Membership>;
  countMembersOf(wanted: WantedMembers): Loader<Counted>;
  membershipsOf(filter: { publicOnly: boolean }, page: ListPage): ListLoader<Membership>;
  countMembershipsOf(filter: { publicOnly: boolean }): Loader<Counted>;
}

export function createLoaders(
  { groups, members, bans, invites, addresses, requests, audit, memberLists }: Stores,
  viewerId: string | null,
): Loaders {
  const byArguments = new Map<string, unknown>();
  const once = <Made>(name: string, args: unknown, make: () => Made): Made => {
    const key = `${name} ${JSON.stringify(args)}`;
    const made = (byArguments.get(key) as Made | undefined) ?? make();
    byArguments.set(key, made);
    return made;
  };
  const byParent = ({ parentId }: Counted) => parentId;
  return {
    group: createLoader(groups.findMany, ({ id }) => id),
    groupBySlug: createLoader(groups.findManyBySlug, ({ slug }) => slug),
    member: createLoader(members.findMany, ({ id }) => id),
    ban: createLoader(bans.findMany, ({ id }) => id),
    bansOf: (page) =>
      once('bansOf', page, () =>
        createListLoader(
          (groupIds) => bans.pages(groupIds, page),
          ({ groupId }) => groupId,
        ),
      ),
    countBansOf: createLoader(bans.counts, byParent),
    invite: createLoader(invites.findMany, ({ id }) => id),
    inviteByCode: createLoader(invites.findManyByCode, ({ code }) => code),
    invitesOf: (wanted, page) =>
      once('invitesOf', { wanted, page }, () =>
        createListLoader(
          (groupIds) => invites.pages(groupIds, wanted, page),
          ({ groupId }) => groupId,
        ),
      ),
    address: createLoader(addresses.findMany, ({ userId }) => userId),
    joinRequest: createLoader(requests.findMany, ({ id }) => id),
    joinRequestsOf: (status, page) =>
      once('joinRequestsOf', { status, page }, () =>
        createListLoader(
          (groupIds) => requests.pagesOfGroups(groupIds, status, page),
          ({ groupId }) => groupId,
        ),
      ),
    countJoinRequestsOf: (status) =>
      once('countJoinRequestsOf', { status }, () =>
        createLoader((groupIds) => requests.countsOfGroups(groupIds, status), byParent),
      ),
    joinRequestOfViewer: createLoader(
      async (groupIds) => (viewerId === null ? [] : requests.latestOf(viewerId, groupIds)),
      ({ groupId }) => groupId,
    ),
    auditEntry: createLoader(audit.findMany, ({ id }) => id),
    auditLogOf: (page) =>
      once('auditLogOf', page, () =>
        createListLoader(
          (groupIds) => audit.pages(groupIds, page),
          ({ groupId }) => groupId,
        ),
      ),
    banOfViewer: createLoader(
      async (groupIds) => (viewerId === null ? [] : bans.findManyOf(viewerId, groupIds)),
      ({ groupId }) => groupId,
    ),
    membershipOfViewer: createLoader(
      async (groupIds) => (viewerId === null ? [] : members.findManyOf(viewerId, groupIds)),
      ({ groupId }) => groupId,
    ),
    firstOwner: createLoader(members.firstOwners, ({ groupId }) => groupId),
    membersOf: (wanted, page) =>
      once('membersOf', { wanted, page }, () =>
        createListLoader(
          (groupIds) => memberLists.membersOf(groupIds, wanted, page),
          ({ groupId }) => groupId,
        ),
      ),
    countMembersOf: (wanted) =>
      once('countMembersOf', { wanted }, () =>
        createLoader((groupIds) => memberLists.countMembersOf(groupIds, wanted), byParent),
      ),
    membershipsOf: (filter, page) =>
      once('membershipsOf', { filter, page }, () =>
        createListLoader(
          (userIds) => memberLists.membershipsOf(userIds, filter, page),
          ({ userId }) => userId,
        ),
      ),
    countMembershipsOf: (filter) =>
      once('countMembershipsOf', { filter }, () =>
        createLoader((userIds) => memberLists.countMembershipsOf(userIds, filter), byParent),
      ),
  };
}
