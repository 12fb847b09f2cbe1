import { type Connection, connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import type { GroupInvite, InviteStatus } from '../domain/invite.ts';

const idOf = ({ id }: { id: string }) => id;

/** The invitations of a group, for those who manage its members. */
export async function pageOfInvites(
  groupId: string,
  { status: asked, ...args }: PageArguments & { status?: InviteStatus | null | undefined },
  { loaders, cursors, services }: Context,
): Promise<Connection<GroupInvite>> {
  const status = asked ?? null;
  const purpose = `invites:${groupId}:${status}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await loaders
    .invitesOf({ status, now: services.clock() }, { from: page.from, limit: page.limit + 1 })
    .load(groupId);
  return connectionOf(rows, page, { cursors, purpose, positionOf: idOf });
}

/** Invitations that a person can answer: for their account, or for the address that they confirmed. */
export async function pageOfOwnInvites(
  userId: string,
  args: PageArguments,
  { stores, loaders, cursors, services }: Context,
): Promise<Connection<GroupInvite>> {
  const purpose = `own-invites:${userId}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const email = (await loaders.address.load(userId))?.email ?? null;
  const rows = await stores.invites.pageFor({ userId, email }, services.clock(), {
    from: page.from,
    limit: page.limit + 1,
  });
  return connectionOf(rows, page, { cursors, purpose, positionOf: idOf });
}
