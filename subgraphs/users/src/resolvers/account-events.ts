import type { RecordedEvent } from '@souk/runtime/events';
import type { StreamPlace } from '@souk/runtime/subgraph';
import type {
  ExportFinishedModel,
  ProfileUpdatedModel,
  SecurityChangedModel,
  SessionRevokedModel,
} from './models.ts';

/** What `accountEvents` sends. */
export type AccountEvent =
  | ({ __typename: 'ExportFinished' } & ExportFinishedModel)
  | ({ __typename: 'ProfileUpdated' } & ProfileUpdatedModel)
  | ({ __typename: 'SecurityChanged' } & SecurityChangedModel)
  | ({ __typename: 'SessionRevoked' } & SessionRevokedModel);

/** An event of an account's stream as its owner sees it; null for what clients are not sent. */
export function accountEvent(
  { type, payload }: RecordedEvent,
  place: StreamPlace,
): AccountEvent | null {
  switch (type) {
    case 'users.ProfileUpdated': {
      const { userId, changed } = payload;
      return { __typename: 'ProfileUpdated', ...place, userId, changed };
    }
    case 'users.SessionRevoked': {
      const { sessionId, reason } = payload;
      return { __typename: 'SessionRevoked', ...place, sessionId, endReason: reason };
    }
    case 'users.SecurityChanged':
      return { __typename: 'SecurityChanged', ...place, change: payload.change };
    case 'users.AccountExported':
      return { __typename: 'ExportFinished', ...place, exportId: payload.exportId };
    case 'users.UserSuspended':
      return { __typename: 'SecurityChanged', ...place, change: 'SUSPENDED' };
    case 'users.UserUnsuspended':
      return { __typename: 'SecurityChanged', ...place, change: 'UNSUSPENDED' };
    default:
      return null;
  }
}
