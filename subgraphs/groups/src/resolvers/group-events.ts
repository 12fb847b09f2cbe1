import {
  notFound,
  type PayloadOf,
  type RecordedEvent,
  type StreamItem,
  type StreamResetReason,
  selectItems,
} from '@souk/runtime';
import type { Context } from '../context.ts';
import { groupStream } from '../domain/group.ts';
import type { StoredGroup } from '../persistence/group-store.ts';
import type {
  GroupUpdatedModel,
  MemberJoinedModel,
  MemberLeftModel,
  MemberRoleChangedModel,
} from './models.ts';
import { visibleGroup } from './visible.ts';
import { accessEndedBy } from './whose-access-ended.ts';

type Sent = Pick<StreamItem, 'cursor' | 'occurredAt'>;

export type GroupItem =
  | GroupUpdatedModel
  | MemberJoinedModel
  | MemberLeftModel
  | MemberRoleChangedModel
  | (Sent & { __typename: 'CaughtUp'; replayed: number })
  | (Sent & { __typename: 'StreamReset'; reason: StreamResetReason });

/**
 * Follows a group for as long as the viewer sees it, or for all whom a gateway lets in. Visibility is
 * asked anew for each event, and the group read then is the one the event shows: nobody sees a state
 * they may not.
 */
export async function followGroup(
  groupId: string,
  after: string | null | undefined,
  context: Context,
): Promise<AsyncIterableIterator<GroupItem>> {
  if (context.shared) context.showGroupToAll(groupId);
  const look = () => {
    context.reload();
    return visibleGroup({ id: groupId }, context);
  };
  if (!(await look())) throw notFound('Group', ['groupId']);
  let group: StoredGroup | null = null;
  const items = await context.live.follow({
    stream: groupStream(groupId),
    after,
    ...(context.shared
      ? {
          recheck: async (event) => {
            group = await look();
            return accessEndedBy(event, group, context.log);
          },
        }
      : {
          mayRead: async () => {
            group = await look();
            return group !== null;
          },
        }),
  });
  // Who left after the first look and before the stream began would not be told by any event.
  if (!(await look())) {
    await items.return?.();
    throw notFound('Group', ['groupId']);
  }
  let sent = 0;
  const select = (item: StreamItem) => {
    const selected = groupItemOf(item, group, sent);
    if (selected) sent += 1;
    return selected;
  };
  return selectItems(items, select, { shared: !context.shared });
}

function groupItemOf(item: StreamItem, group: StoredGroup | null, sent: number): GroupItem | null {
  const { cursor, occurredAt } = item;
  const at = { cursor, occurredAt };
  if (item.kind === 'caughtUp') {
    return { __typename: 'CaughtUp', ...at, replayed: Math.min(sent, item.replayed) };
  }
  if (item.kind === 'reset') return { __typename: 'StreamReset', ...at, reason: item.reason };
  return group && shownEvent(item.event, group, at);
}

function shownEvent(event: RecordedEvent, group: StoredGroup, at: Sent): GroupItem | null {
  switch (event.type) {
    case 'groups.GroupUpdated': {
      const { changed } = event.payload as PayloadOf<'groups.GroupUpdated'>;
      return { __typename: 'GroupUpdated', ...at, group, changed };
    }
    case 'groups.MemberJoined': {
      const { memberId: id, ...who } = event.payload as PayloadOf<'groups.MemberJoined'>;
      const member = { ...who, id, joinedAt: event.occurredAt };
      return { __typename: 'MemberJoined', ...at, group, member };
    }
    case 'groups.MemberRoleChanged': {
      const { memberId, previousRole, joinedAt, ...who } =
        event.payload as PayloadOf<'groups.MemberRoleChanged'>;
      const member = { ...who, id: memberId, joinedAt: new Date(joinedAt) };
      return { __typename: 'MemberRoleChanged', ...at, group, member, previousRole };
    }
    case 'groups.MemberLeft': {
      const { userId, reason } = event.payload as PayloadOf<'groups.MemberLeft'>;
      return { __typename: 'MemberLeft', ...at, group, userId, reason };
    }
    default:
      return null;
  }
}
