import { chatConsumer } from './define-consumer.ts';

/**
 * Who may know of a group is the group's to change. This may come before the news of the group
 * itself, which is older then and changes nothing of it.
 */
export const followGroup = chatConsumer({
  name: 'follow-group',
  consumes: 'groups.GroupUpdated',
  handle: ({ event: { groupId, visibility }, sequence }, { groups }) =>
    groups.describe({ id: groupId, visibility, sequence }),
});
