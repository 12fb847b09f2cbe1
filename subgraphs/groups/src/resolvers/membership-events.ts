import type { RecordedEvent } from '@souk/runtime/events';
import type { StreamPlace } from '@souk/runtime/subgraph';
import type {
  InviteChangedModel,
  InviteReceivedModel,
  JoinRequestChangedModel,
  MembershipChangedModel,
} from './models.ts';

type ShownEvent =
  | InviteChangedModel
  | InviteReceivedModel
  | JoinRequestChangedModel
  | MembershipChangedModel;

/** The events about groups in a person's own stream, which carries events of other kinds as well. */
export function membershipEvent(
  { type, payload }: RecordedEvent,
  at: StreamPlace,
): ShownEvent | null {
  switch (type) {
    case 'groups.MembershipChanged': {
      const { groupId, change } = payload;
      return { __typename: 'MembershipChanged', ...at, groupId, change };
    }
    case 'groups.OwnJoinRequestChanged':
    case 'groups.JoinRequestReceived':
      return { __typename: 'JoinRequestChanged', ...at, requestId: payload.requestId };
    case 'groups.InviteReceived':
      return { __typename: 'InviteReceived', ...at, inviteId: payload.inviteId };
    case 'groups.InviteChanged':
      return { __typename: 'InviteChanged', ...at, inviteId: payload.inviteId };
    default:
      return null;
  }
}
