import {
  createListLoader,
  createLoader,
  type ListLoader,
  type Loader,
} from '@souk/runtime/graphql';
import type { AuditEntry } from '../domain/audit.ts';
import type { GroupBan } from '../domain/ban.ts';
import type { JoinRequest, JoinRequestStatus } from '../domain/join-request.ts';
import type { Membership } from '../domain/membership.ts';
import type { GroupRole } from '../domain/roles.ts';
import type { StoredGroup } from './group-store.ts';
import type { Counted, ListPage } from './member-lists.ts';
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
  membersOf(roles: readonly GroupRole[] | null, page: ListPage): ListLoader<Membership>;
  countMembersOf(roles: readonly GroupRole[] | null): Loader<Counted>;
  membershipsOf(filter: { publicOnly: boolean }, page: ListPage): ListLoader<Membership>;
  countMembershipsOf(filter: { publicOnly: boolean }): Loader<Counted>;
}

export function createLoaders(
  { groups, members, bans, requests, audit, memberLists }: Stores,
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
    membersOf: (roles, page) =>
      once('membersOf', { roles, page }, () =>
        createListLoader(
          (groupIds) => memberLists.membersOf(groupIds, roles, page),
          ({ groupId }) => groupId,
        ),
      ),
    countMembersOf: (roles) =>
      once('countMembersOf', { roles }, () =>
        createLoader((groupIds) => memberLists.countMembersOf(groupIds, roles), byParent),
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
