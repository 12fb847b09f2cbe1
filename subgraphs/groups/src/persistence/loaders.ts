import {
  createListLoader,
  createLoader,
  createViewerLoaders,
  type ListLoader,
  type Loader,
} from '@souk/runtime/graphql';
import type { AuditEntry } from '../domain/audit.ts';
import type { GroupBan } from '../domain/ban.ts';
import type { GroupInvite, InviteStatus } from '../domain/invite.ts';
import type { JoinRequest, JoinRequestStatus } from '../domain/join-request.ts';
import type { Membership } from '../domain/membership.ts';
import type { StoredGroup } from './group-store.ts';
import type { Counted, ListPage, Total, WalksEnd, WantedMembers } from './member-lists.ts';
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
  /** Where a page of members ends that looks at their names in order. */
  walksEnd(roles: WantedMembers['roles'], from: string | null): Loader<WalksEnd>;
  countMembersOf(wanted: WantedMembers): Loader<Total>;
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
  /** A list of each group, or of each person, for each of the arguments that it is asked with. */
  const lists = <Row>(
    name: string,
    args: unknown,
    read: (parentIds: readonly string[]) => Promise<Row[]>,
    keyOf: (row: Row) => string,
  ) => once(name, args, () => createListLoader(read, keyOf));
  const counts = <Count extends Counted>(
    name: string,
    args: unknown,
    read: (parentIds: readonly string[]) => Promise<Count[]>,
  ) => once(name, args, () => createLoader(read, parentOf));
  const ofViewer = createViewerLoaders(viewerId);
  return {
    group: createLoader(groups.findMany, idOf),
    groupBySlug: createLoader(groups.findManyBySlug, ({ slug }) => slug),
    member: createLoader(members.findMany, idOf),
    ban: createLoader(bans.findMany, idOf),
    bansOf: (page) => lists('bansOf', page, (ids) => bans.pages(ids, page), groupOf),
    countBansOf: createLoader(bans.counts, parentOf),
    invite: createLoader(invites.findMany, idOf),
    inviteByCode: createLoader(invites.findManyByCode, ({ code }) => code),
    invitesOf: (wanted, page) =>
      lists('invitesOf', { wanted, page }, (ids) => invites.pages(ids, wanted, page), groupOf),
    address: createLoader(addresses.findMany, userOf),
    joinRequest: createLoader(requests.findMany, idOf),
    joinRequestsOf: (status, page) =>
      lists(
        'joinRequestsOf',
        { status, page },
        (ids) => requests.pagesOfGroups(ids, status, page),
        groupOf,
      ),
    countJoinRequestsOf: (status) =>
      counts('countJoinRequestsOf', { status }, (ids) => requests.countsOfGroups(ids, status)),
    joinRequestOfViewer: ofViewer(requests.latestOf, groupOf),
    auditEntry: createLoader(audit.findMany, idOf),
    auditLogOf: (page) => lists('auditLogOf', page, (ids) => audit.pages(ids, page), groupOf),
    banOfViewer: ofViewer(bans.findManyOf, groupOf),
    membershipOfViewer: ofViewer(members.findManyOf, groupOf),
    firstOwner: createLoader(members.firstOwners, groupOf),
    membersOf: (wanted, page) =>
      lists(
        'membersOf',
        { wanted, page },
        (ids) => memberLists.membersOf(ids, wanted, page),
        groupOf,
      ),
    walksEnd: (roles, from) =>
      once('walksEnd', { roles, from }, () =>
        createLoader((ids) => memberLists.walksEnd(ids, roles, from), parentOf),
      ),
    countMembersOf: (wanted) =>
      counts('countMembersOf', { wanted }, (ids) => memberLists.countMembersOf(ids, wanted)),
    membershipsOf: (filter, page) =>
      lists(
        'membershipsOf',
        { filter, page },
        (ids) => memberLists.membershipsOf(ids, filter, page),
        userOf,
      ),
    countMembershipsOf: (filter) =>
      counts('countMembershipsOf', { filter }, (ids) =>
        memberLists.countMembershipsOf(ids, filter),
      ),
  };
}

interface OfGroup {
  groupId: string;
}

const idOf = ({ id }: { id: string }) => id;
const groupOf = ({ groupId }: OfGroup) => groupId;
const userOf = ({ userId }: { userId: string }) => userId;
const parentOf = ({ parentId }: { parentId: string }) => parentId;
