import { userStream } from '@souk/runtime/events';
import { rolesThatMay } from '../domain/roles.ts';
import { groupsConsumer } from './define-consumer.ts';

/** People notified in one transaction, which must end well within its time limit. */
const AT_ONCE = 100;

/** Everybody who can answer a request is notified, each in their own stream, in the order of their ids. */
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
