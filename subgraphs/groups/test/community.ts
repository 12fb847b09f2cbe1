import type { Viewer } from '@souk/runtime/domain';
import { as, insist, type StartedSubgraph, startSubgraph } from '@souk/testkit';
import { createGroupsSubgraph, type GroupsConfig } from '../src/index.ts';

export const CONFIG: GroupsConfig = {
  groupsPerWindow: 100_000,
  changesPerWindow: 100_000,
  invitesPerWindow: 100_000,
  requestsPerWindow: 100_000,
  inviteUrl: 'https://souk.example/invitations#{code}',
  groupWindowSeconds: 3_600,
};

export const startGroups = (
  options: Partial<Parameters<typeof startSubgraph<GroupsConfig>>[2]> = {},
) => startSubgraph('groups', createGroupsSubgraph, { config: CONFIG, ...options });

/** Failures, with what some of them tell besides. */
const errors = (more = '') => `errors { __typename ... on UserError { code path } ${more} }`;
const ERRORS = errors();
const LIMITED = '... on RateLimitedError { retryAfterSeconds }';
const FULL = '... on GroupFullError { seatLimit }';
const REQUEST = `fragment Request on JoinRequest { id note status decisionNote decidedAt user { id }
  decidedBy { id } group { id } }`;
const INVALID = `... on InviteInvalidError { status } ${FULL} ${LIMITED}`;
const INVITE = `fragment Invite on GroupInvite { id code url email role status maxUses uses expiresAt
  inviter { id } invitee { id } preview { groupId name memberCount } group { id } viewerCan }`;
const MUTED = 'fragment Muted on GroupMember { id isMuted mutedUntil muteReason user { id } }';
const GROUP = `fragment Group on Group {
  id slug name description rules visibility joinPolicy memberCount seatLimit seatsTaken
  version owner { id } head }`;

const OPERATIONS = {
  createGroup: `${GROUP} mutation ($input: CreateGroupInput!) {
    answer: createGroup(input: $input) { group { ...Group } replayed ${errors(LIMITED)} } }`,
  updateGroup: `${GROUP} mutation ($input: UpdateGroupInput!) {
    answer: updateGroup(input: $input) { group { ...Group }
      ${errors(`${LIMITED} ... on VersionConflictError { currentVersion }`)} } }`,
  joinGroup: `${GROUP} mutation ($groupId: ID!) { answer: joinGroup(groupId: $groupId) {
    member { id role permissions user { id } } group { ...Group }
    ${errors(`... on BannedError { until } ${FULL}`)} } }`,
  joinByCode: `mutation ($inviteCode: String) { answer: joinGroup(inviteCode: $inviteCode) {
    member { role user { id } } group { id name } ${errors(INVALID)} } }`,
  inviteToGroup: `mutation ($input: InviteToGroupInput!) { answer: inviteToGroup(input: $input) {
    invites { ...Invite } replayed ${errors(LIMITED)} } } ${INVITE}`,
  answerInvite: `mutation ($groupInviteId: ID!, $answer: InviteAnswer!) {
    answer: answerInvite(groupInviteId: $groupInviteId, answer: $answer) {
      invite { ...Invite } member { role user { id } } group { id memberCount }
      ${errors(`${INVALID} ... on BannedError { until }`)} } } ${INVITE}`,
  revokeInvite: `mutation ($groupInviteId: ID!) { answer: revokeInvite(groupInviteId: $groupInviteId) {
    invite { status } ${ERRORS} } }`,
  groupInvite: `query ($code: String!) { answer: groupInvite(code: $code) { ...Invite } } ${INVITE}`,
  invites: `query ($id: ID!, $status: InviteStatus, $first: Int, $after: String) { answer: group(id: $id) {
    invites(status: $status, first: $first, after: $after) { pageInfo { hasNextPage endCursor }
      edges { node { ...Invite } } } } } ${INVITE}`,
  leaveGroup: `${GROUP} mutation ($groupId: ID!) {
    answer: leaveGroup(groupId: $groupId) { group { ...Group } ${ERRORS} } }`,
  setMemberRole: `${GROUP} mutation ($groupId: ID!, $userId: ID!, $role: GroupRole!) {
    answer: setMemberRole(groupId: $groupId, userId: $userId, role: $role) {
      member { id role } group { ...Group } ${ERRORS} } }`,
  removeMember: `${GROUP} mutation ($groupId: ID!, $userId: ID!, $reason: String) {
    answer: removeMember(groupId: $groupId, userId: $userId, reason: $reason) {
      removedUserId group { ...Group } ${ERRORS} } }`,
  banFromGroup: `mutation ($groupId: ID!, $userId: ID!, $reason: String, $until: DateTime) {
    answer: banFromGroup(groupId: $groupId, userId: $userId, reason: $reason, until: $until) {
      ban { id reason until user { id } bannedBy { id } group { memberCount } } ${ERRORS} } }`,
  unbanFromGroup: `mutation ($groupBanId: ID!) { answer: unbanFromGroup(groupBanId: $groupBanId) {
    deletedId group { id } ${ERRORS} } }`,
  requestToJoin: `mutation ($groupId: ID!, $note: String) {
    answer: requestToJoin(groupId: $groupId, note: $note) { request { ...Request } group { id }
      ${errors(LIMITED)} } } ${REQUEST}`,
  withdrawJoinRequest: `mutation ($joinRequestId: ID!) {
    answer: withdrawJoinRequest(joinRequestId: $joinRequestId) { request { ...Request } ${ERRORS} } }
    ${REQUEST}`,
  decideJoinRequest: `mutation ($joinRequestId: ID!, $decision: JoinRequestDecision!, $note: String) {
    answer: decideJoinRequest(joinRequestId: $joinRequestId, decision: $decision, note: $note) {
      request { ...Request } member { role user { id } }
      ${errors(FULL)} } } ${REQUEST}`,
  joinRequests: `query ($id: ID!, $status: JoinRequestStatus, $first: Int, $after: String) {
    answer: group(id: $id) { joinRequests(status: $status, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { node { ...Request } } } } } ${REQUEST}`,
  auditLog: `query ($id: ID!, $first: Int, $after: String) { answer: group(id: $id) {
    auditLog(first: $first, after: $after) { pageInfo { hasNextPage endCursor }
      edges { node { id action reason details actor { id } target { id } } } } } }`,
  archiveGroup: `mutation ($groupId: ID!) { answer: archiveGroup(groupId: $groupId) {
    group { id archivedAt version viewerCan } ${ERRORS} } }`,
  transferGroup: `mutation ($groupId: ID!, $toUserId: ID!) {
    answer: transferGroup(groupId: $groupId, toUserId: $toUserId) {
      group { owner { id } viewerMembership { role } } ${ERRORS} } }`,
  muteMember: `mutation ($groupId: ID!, $userId: ID!, $reason: String, $until: DateTime) {
    answer: muteMember(groupId: $groupId, userId: $userId, reason: $reason, until: $until) {
      member { ...Muted } ${ERRORS} } } ${MUTED}`,
  unmuteMember: `mutation ($groupId: ID!, $userId: ID!) {
    answer: unmuteMember(groupId: $groupId, userId: $userId) { member { ...Muted } ${ERRORS} } } ${MUTED}`,
  bans: `query ($id: ID!, $first: Int, $after: String) { answer: group(id: $id) {
    bans(first: $first, after: $after) { pageInfo { hasNextPage endCursor }
      edges { node { id reason until createdAt user { id } bannedBy { id } group { id } } } } } }`,
  group: `${GROUP} query ($id: ID, $slug: String) { answer: group(id: $id, slug: $slug) {
    ...Group viewerMembership { role }
    members { totalCount edges { node { id role user { id } group { id } } } } } }`,
} as const;

/** A town of people who found and join groups. */
export function communityOf(graph: StartedSubgraph) {
  /** The payload, or the whole answer when there is none. */
  const ask = async (
    name: keyof typeof OPERATIONS,
    variables: Record<string, unknown>,
    viewer: Viewer | null = as('ada'),
    // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
  ): Promise<any> => {
    // Asked again where a busy machine had no connection free, as clients do.
    const answer = await insist(() => graph.execute(OPERATIONS[name], variables, viewer));
    return answer.data?.answer ?? answer;
  };
  return {
    ask,
    found: async (given: Record<string, unknown> = {}, owner = as('ada')) => {
      const input = { name: 'Tea drinkers', visibility: 'PUBLIC', joinPolicy: 'OPEN', ...given };
      const { group, errors } = await ask('createGroup', { input }, owner);
      if (!group) throw new Error(JSON.stringify(errors));
      return group as { id: string; slug: string; head: string; version: number };
    },
    join: (groupId: string, who: string) => ask('joinGroup', { groupId }, as(who)),
    leave: (groupId: string, who: string) => ask('leaveGroup', { groupId }, as(who)),
    setRole: (groupId: string, actor: string, target: string, role: string) =>
      ask('setMemberRole', { groupId, userId: as(target).userId, role }, as(actor)),
    remove: (groupId: string, actor: string, target: string) =>
      ask('removeMember', { groupId, userId: as(target).userId }, as(actor)),
  };
}
