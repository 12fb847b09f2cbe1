import { type FormLookups, isIdOf, notFound } from '@souk/runtime/domain';
import { assertOwnAvatar } from '@souk/runtime/events';
import type { Context } from '../context.ts';
import { assertEndsLater } from '../domain/ban.ts';
import { endOfInvite } from '../domain/invite.ts';
import { assertMuteEndsLater } from '../domain/mute.ts';
import { visibleGroup } from './visible.ts';
import { visibleJoinRequest } from './visible-join-request.ts';

interface Named {
  groupId: string;
  userId: string;
}

interface Pictured {
  avatarMediaId?: string | null;
}

interface InviteToGroup {
  groupId: string;
  expiresAt?: Date | null;
}

const named = ({ groupId, userId }: Named, context: Context) => [
  assertSeen(groupId, ['groupId'], context),
  assertPerson(userId),
];

/** What else is wrong in a form with mistakes: ids of objects that the viewer does not see. */
export const lookups: FormLookups = {
  createGroup: ({ input: { avatarMediaId } }: { input: Pictured }, context: Context) => [
    assertPicture(avatarMediaId, context),
  ],
  updateGroup: (
    { input: { id, avatarMediaId } }: { input: Pictured & { id: string } },
    context: Context,
  ) => [assertSeen(id, ['input', 'id'], context), assertPicture(avatarMediaId, context, id)],
  setMemberRole: named,
  removeMember: named,
  inviteToGroup: ({ input }: { input: InviteToGroup }, context: Context) => [
    assertSeen(input.groupId, ['input', 'groupId'], context),
    (async () => endOfInvite(input.expiresAt, context.services.clock()))(),
  ],
  requestToJoin: ({ groupId }: { groupId: string }, context: Context) => [
    assertSeen(groupId, ['groupId'], context),
  ],
  decideJoinRequest: ({ joinRequestId }: { joinRequestId: string }, context: Context) => [
    assertRequest(joinRequestId, context),
  ],
  transferGroup: (
    { groupId, toUserId }: { groupId: string; toUserId: string },
    context: Context,
  ) => [assertSeen(groupId, ['groupId'], context), assertPerson(toUserId, ['toUserId'])],
  unmuteMember: named,
  muteMember: ({ until = null, ...given }: Named & { until?: Date | null }, context: Context) => [
    ...named(given, context),
    (async () => assertMuteEndsLater(until, context.services.clock()))(),
  ],
  banFromGroup: ({ until = null, ...given }: Named & { until?: Date | null }, context: Context) => [
    ...named(given, context),
    (async () => assertEndsLater(until, context.services.clock()))(),
  ],
};

async function assertSeen(id: string, path: readonly string[], context: Context): Promise<void> {
  if (!(await visibleGroup({ id }, context))) throw notFound('Group', path);
}

async function assertPicture(
  mediaId: string | null | undefined,
  { stores: { media, groups }, services: { clock }, viewer }: Context,
  groupId?: string,
): Promise<void> {
  if (!viewer) return;
  await assertOwnAvatar({ media, clock }, viewer.userId, mediaId, async () => {
    const [group] = groupId === undefined ? [] : await groups.findMany([groupId]);
    return group?.avatarMediaId;
  });
}

async function assertRequest(id: string, context: Context): Promise<void> {
  const request = await visibleJoinRequest(id, context);
  if (!request) throw notFound('JoinRequest', ['joinRequestId']);
}

async function assertPerson(id: string, path: readonly string[] = ['userId']): Promise<void> {
  if (!isIdOf('usr', id)) throw notFound('User', path);
}
