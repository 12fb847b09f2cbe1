import { isIdOf, notFound } from '@souk/runtime/domain';
import { assertPending } from '../domain/join-request.ts';
import { closeJoinRequest } from './close-join-request.ts';
import type { Actor, GroupsDeps } from './deps.ts';

/** Withdraws one's own request; repeating it changes nothing. */
export const withdrawJoinRequest = (
  deps: GroupsDeps,
  { userId }: Actor,
  { joinRequestId }: { joinRequestId: string },
): Promise<void> =>
  deps.transaction(async (stores) => {
    const own = async () => {
      const [request] = isIdOf('jrq', joinRequestId)
        ? await stores.requests.findMany([joinRequestId])
        : [];
      if (request?.userId !== userId) throw notFound('JoinRequest', ['joinRequestId']);
      return request;
    };
    const group = await stores.groups.lock((await own()).groupId);
    const request = await own();
    if (!group) throw notFound('JoinRequest', ['joinRequestId']);
    if (request.status === 'WITHDRAWN') return;
    assertPending(request);
    await closeJoinRequest(deps, stores, group, request, { status: 'WITHDRAWN' });
  });
