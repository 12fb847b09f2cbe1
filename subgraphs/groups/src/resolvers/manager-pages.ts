import { type Connection, connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { JoinRequestStatus } from '../domain/join-request.ts';
import type { JoinRequestConnectionModel } from './models.ts';

const idOf = ({ id }: { id: string }) => id;

/** Requests to join a group, for those who answer them. */
export async function pageOfJoinRequests(
  groupId: string,
  { status: asked, ...args }: PageArguments & { status?: JoinRequestStatus | null | undefined },
  { loaders, cursors }: Context,
): Promise<JoinRequestConnectionModel> {
  const status = asked ?? null;
  const purpose = `join-requests:${groupId}:${status}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await loaders
    .joinRequestsOf(status, { from: page.from, limit: page.limit + 1 })
    .load(groupId);
  return {
    ...connectionOf(rows, page, { cursors, purpose, positionOf: idOf }),
    count: async () => (await loaders.countJoinRequestsOf(status).load(groupId))?.count ?? 0,
  };
}

/** A person's own requests. */
export async function pageOfOwnJoinRequests(
  userId: string,
  args: PageArguments,
  { stores, cursors }: Context,
): Promise<JoinRequestConnectionModel> {
  const purpose = `own-join-requests:${userId}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await stores.requests.pagesOfPeople([userId], {
    from: page.from,
    limit: page.limit + 1,
  });
  return {
    ...connectionOf(rows, page, { cursors, purpose, positionOf: idOf }),
    count: async () => (await stores.requests.countsOfPeople([userId]))[0]?.count ?? 0,
  };
}

/** What was done in a group, for those who manage its members. */
export async function pageOfAuditLog(
  groupId: string,
  args: PageArguments,
  { loaders, cursors }: Context,
): Promise<Connection<AuditEntry>> {
  const purpose = `audit-log:${groupId}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await loaders.auditLogOf({ from: page.from, limit: page.limit + 1 }).load(groupId);
  return connectionOf(rows, page, { cursors, purpose, positionOf: idOf });
}
