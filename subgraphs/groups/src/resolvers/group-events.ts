import { isIdOf, notFound } from '@souk/runtime/domain';
import { groupStream, type RecordedEvent } from '@souk/runtime/events';
import type { FollowedStream, StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import type { StoredGroup } from '../persistence/group-store.ts';
import type {
  GroupArchivedModel,
  GroupUpdatedModel,
  MemberJoinedModel,
  MemberLeftModel,
  MemberMutedModel,
  MemberRoleChangedModel,
  MemberUnmutedModel,
} from './models.ts';
import { visibleGroup } from './visible.ts';
import { accessEndedBy } from './whose-access-ended.ts';

type ShownEvent =
  | GroupArchivedModel
  | GroupUpdatedModel
  | MemberJoinedModel
  | MemberLeftModel
  | MemberMutedModel
  | MemberRoleChangedModel
  | MemberUnmutedModel;

/**
 * A group's stream for as long as the viewer sees it, or for everybody whom a gateway lets in. Visibility is
 * checked again for each event, and the group read then is the one that the event shows: nobody sees a state
 * that they may not see.
 */
export function groupFor(
  { groupId }: { groupId: string },
  context: Context,
): FollowedStream<ShownEvent> {
  if (!isIdOf('grp', groupId)) throw notFound('Group', ['groupId']);
  if (context.shared) context.showToAll(groupId);
  const look = () => {
    context.reload();
    return visibleGroup({ id: groupId }, context);
  };
  const authorise = async () => {
    if (!(await look())) throw notFound('Group', ['groupId']);
  };
  let group: StoredGroup | null = null;
  return {
    stream: groupStream(groupId),
    authorise,
    shared: !context.shared,
    show: (event, place) => group && shownEvent(event, group, place),
    ...(context.shared
      ? {
          reauthorise: async (event: RecordedEvent) => {
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
  };
}

function shownEvent(event: RecordedEvent, group: StoredGroup, at: StreamPlace): ShownEvent | null {
  switch (event.type) {
    case 'groups.GroupUpdated': {
      const { changed } = event.payload;
      return { __typename: 'GroupUpdated', ...at, group, changed };
    }
    case 'groups.MemberJoined': {
      const { memberId: id, ...who } = event.payload;
      const member = { ...who, id, joinedAt: event.occurredAt };
      return { __typename: 'MemberJoined', ...at, group, member };
    }
    case 'groups.MemberRoleChanged': {
      const { memberId, previousRole, joinedAt, ...who } = event.payload;
      const member = { ...who, id: memberId, joinedAt: new Date(joinedAt) };
      return { __typename: 'MemberRoleChanged', ...at, group, member, previousRole };
    }
    case 'groups.MemberLeft': {
      const { userId, reason } = event.payload;
      return { __typename: 'MemberLeft', ...at, group, userId, reason };
    }
    case 'groups.MemberMuted': {
      const { memberId, joinedAt, until: _, ...who } = event.payload;
      const member = { ...who, id: memberId, joinedAt: new Date(joinedAt) };
      return { __typename: 'MemberMuted', ...at, group, member };
    }
    case 'groups.MemberUnmuted': {
      const { memberId, joinedAt, ...who } = event.payload;
      const member = { ...who, id: memberId, joinedAt: new Date(joinedAt) };
      return { __typename: 'MemberUnmuted', ...at, group, member };
    }
    case 'groups.GroupArchived':
      return { __typename: 'GroupArchived', ...at, group };
    default:
      return null;
  }
}
