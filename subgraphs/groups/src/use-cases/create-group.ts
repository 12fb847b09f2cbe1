import { notFound } from '@souk/runtime/domain';
import { groupStream, missingMedia, type TransactionTools } from '@souk/runtime/events';
import { slugTaken } from '../domain/errors.ts';
import {
  checkedSeatLimit,
  type Group,
  type GroupVisibility,
  type JoinPolicy,
} from '../domain/group.ts';
import { endOfInvite, invitedPeople } from '../domain/invite.ts';
import { chosenSlug, slugOfNew, slugWithSuffix } from '../domain/slug.ts';
import type { Stores } from '../persistence/stores.ts';
import { admitMember } from './admit-member.ts';
import { countUse } from './count-use.ts';
import type { Actor, GroupsDeps } from './deps.ts';
import { invitePeople } from './invite-people.ts';
import { writeAudit } from './write-audit.ts';

export interface CreateGroupInput {
  name: string;
  slug?: string | null | undefined;
  description?: string | null | undefined;
  avatarMediaId?: string | null | undefined;
  visibility: GroupVisibility;
  joinPolicy: JoinPolicy;
  seatLimit?: number | null | undefined;
  /** People who are invited immediately. */
  inviteUserIds?: readonly string[] | null | undefined;
  idempotencyKey?: string | null | undefined;
}

/** Creates a group with its founder as owner; resolves to its id, and whether it had been created before. */
export async function createGroup(
  deps: GroupsDeps,
  { userId }: Actor,
  { idempotencyKey: key, ...input }: CreateGroupInput,
): Promise<{ id: string; replayed: boolean }> {
  const { name, description = null, avatarMediaId = null } = input;
  const seatLimit = checkedSeatLimit(input.seatLimit);
  const invited = invitedPeople(input.inviteUserIds ?? [], 'inviteUserIds');
  const slug = input.slug == null ? null : chosenSlug(input.slug);
  const known = { media: deps.reads.media, clock: deps.clock };
  const picture = avatarMediaId === null ? [] : [avatarMediaId];
  // Waited for before the transaction; a repeat does not need it any more.
  const missing = await missingMedia(known, { ownerId: userId, purpose: 'AVATAR' }, picture);
  return deps.transaction(async (stores) => {
    const request = { scope: `createGroup:${userId}`, key, input };
    const { result: id, replayed } = await stores.idempotency.once(request, async () => {
      if (missing.length > 0) throw notFound('Media', ['input', 'avatarMediaId']);
      await countUse(deps, stores, userId, 'groups');
      const { visibility, joinPolicy } = input;
      const id = deps.newId('grp');
      const group: Group = {
        id,
        slug: slugOfNew({ slug, name, visibility, id }),
        name,
        description,
        avatarMediaId,
        rules: null,
        visibility,
        joinPolicy,
        memberCount: 0,
        seatLimit,
        version: 1,
        createdAt: deps.clock(),
        archivedAt: null,
      };
      await found(deps, stores, { ownerId: userId, group, mayRename: slug === null });
      if (invited.length > 0) await countUse(deps, stores, userId, 'invites', invited.length);
      const expiresAt = endOfInvite(null, deps.clock());
      const by = { inviterId: userId, inviterRole: 'OWNER' } as const;
      const invitation = { group, ...by, role: 'MEMBER', expiresAt } as const;
      await invitePeople(deps, stores, invitation, invited, 'inviteUserIds');
      return id;
    });
    return { id, replayed };
  });
}

/** Inserts a group with its first member, under another slug if necessary and allowed. */
export async function found(
  deps: Pick<GroupsDeps, 'newId' | 'clock'>,
  stores: Stores & TransactionTools,
  { group, ownerId, mayRename }: { group: Group; ownerId: string; mayRename: boolean },
): Promise<string> {
  const { id, name, visibility } = group;
  let { slug } = group;
  if (!(await stores.groups.insert(group))) {
    if (!mayRename) throw slugTaken();
    slug = slugWithSuffix(slug, id);
    if (!(await stores.groups.insert({ ...group, slug }))) throw slugTaken();
  }
  await stores.events.append({
    type: 'groups.GroupCreated',
    stream: groupStream(id),
    payload: { groupId: id, slug, name, visibility, ownerId },
  });
  await writeAudit(deps, stores, { groupId: id, actorId: ownerId, action: 'CREATED' });
  await admitMember(deps, stores, group, { userId: ownerId, role: 'OWNER', actorId: ownerId });
  return id;
}
