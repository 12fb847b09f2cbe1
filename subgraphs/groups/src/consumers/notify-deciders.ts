import { userStream } from '@souk/runtime/events';
import { rolesThatMay } from '../domain/roles.ts';
import { groupsConsumer } from './define-consumer.ts';

/** So many people are notified in one transaction, which has to end well before its time is over. */
const AT_ONCE = 100;

/** Everybody who may answer a request hears of it, each in their own stream; in the order of their ids. */
export const notifyDeciders = groupsConsumer({
  name: 'notify-deciders',
  consumes: 'groups.JoinRequestChanged',
  handle: async ({ event }, { members, events }, from) => {
    const { groupId, groupName, requestId, userId: requesterId, status } = event;
    const page = { after: from ?? null, limit: AT_ONCE };
    const deciders = await members.withRoles(groupId, rolesThatMay('MANAGE_MEMBERS'), page);
    for (const { userId } of deciders) {
      await events.append({
        type: 'groups.JoinRequestReceived',
        stream: userStream(userId),
        payload: { groupId, groupName, requestId, userId, requesterId, status },
      });
    }
    return deciders.length < AT_ONCE ? undefined : deciders.at(-1)?.userId;
  },
});
