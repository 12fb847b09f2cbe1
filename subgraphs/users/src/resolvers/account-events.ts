import { type RecordedEvent, type StreamItem, selectItems } from '@souk/runtime';
import type { ProfileUpdatedModel, SessionRevokedModel } from './models.ts';

type Place = Pick<StreamItem, 'cursor' | 'occurredAt'>;

/** What `accountEvents` sends. */
export type AccountEvent =
  | ({ __typename: 'ProfileUpdated' } & ProfileUpdatedModel)
  | ({ __typename: 'SessionRevoked' } & SessionRevokedModel)
  | (Place & { __typename: 'CaughtUp'; replayed: number })
  | (Place & {
      __typename: 'StreamReset';
      reason: 'CURSOR_EXPIRED' | 'CURSOR_UNKNOWN' | 'ACCESS_CHANGED';
    });

/** The items of an account's stream as its owner sees them; the others are passed over. */
export function accountEventsOf(
  items: AsyncIterableIterator<StreamItem>,
): AsyncIterableIterator<{ accountEvents: AccountEvent }> {
  let shown = 0;
  return selectItems(items, (item) => {
    const accountEvents = accountEventOf(item, shown);
    if (!accountEvents) return null;
    shown += 1;
    return { accountEvents };
  });
}

function accountEventOf(item: StreamItem, shownBefore: number): AccountEvent | null {
  const { cursor, occurredAt } = item;
  switch (item.kind) {
    case 'caughtUp':
      return {
        __typename: 'CaughtUp',
        cursor,
        occurredAt,
        replayed: Math.min(item.replayed, shownBefore),
      };
    case 'reset':
      return { __typename: 'StreamReset', cursor, occurredAt, reason: item.reason };
    case 'event':
      return recordedEvent(item.event, { cursor, occurredAt });
  }
}

function recordedEvent({ type, payload }: RecordedEvent, place: Place): AccountEvent | null {
  switch (type) {
    case 'users.ProfileUpdated': {
      const { userId, changed } = payload as RecordedEvent<typeof type>['payload'];
      return { __typename: 'ProfileUpdated', ...place, userId, changed };
    }
    case 'users.SessionRevoked': {
      const { sessionId, reason } = payload as RecordedEvent<typeof type>['payload'];
      return { __typename: 'SessionRevoked', ...place, sessionId, endReason: reason };
    }
    default:
      return null;
  }
}
