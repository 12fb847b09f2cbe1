import { chatConsumer } from './define-consumer.ts';

/**
 * The group changes who may know of it. This event may come before the news of the group itself, which is
 * older then and changes nothing.
 */
export const copyChangedGroup = chatConsumer({
  name: 'copy-groups',
  consumes: 'groups.GroupUpdated',
  handle: ({ event: { groupId, visibility }, sequence }, { groups }) =>
    groups.describe({ id: groupId, visibility, sequence }),
});
