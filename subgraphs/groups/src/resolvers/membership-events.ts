import type { RecordedEvent } from '@souk/runtime/events';
import type { StreamPlace } from '@souk/runtime/subgraph';
import type { JoinRequestChangedModel, MembershipChangedModel } from './models.ts';

/** What of a person's own stream is about groups; it carries news of other subgraphs' matters as well. */
export function membershipEvent(
  { type, payload }: RecordedEvent,
  at: StreamPlace,
): MembershipChangedModel | JoinRequestChangedModel | null {
  switch (type) {
    case 'groups.MembershipChanged': {
      const { groupId, change } = payload;
      return { __typename: 'MembershipChanged', ...at, groupId, change };
    }
    case 'groups.OwnJoinRequestChanged':
    case 'groups.JoinRequestReceived':
      return { __typename: 'JoinRequestChanged', ...at, requestId: payload.requestId };
    default:
      return null;
  }
}
