import type { ActivityRecord, ConnectionPresence, RateLimit } from '@souk/runtime/backplane';
import type { Clock, NewId } from '@souk/runtime/domain';
import type { Infrastructure } from '@souk/runtime/subgraph';
import type { ChatConfig } from '../config.ts';
import type { RenderedTexts } from '../domain/rendered-texts.ts';
import type { SharedReads } from '../persistence/loaders.ts';
import type { RoomsSaidIn } from '../persistence/rooms-said-in.ts';
import type { Stores } from '../persistence/stores.ts';
import type { InboxFeed } from '../realtime/inbox-feed.ts';
import type { PresenceFeed } from '../realtime/presence-feed.ts';
import type { PresenceReader } from '../realtime/presence-reader.ts';
import type { RoomFeed } from '../realtime/room-feed.ts';
import type { Typing } from '../realtime/typing.ts';

/** What use cases work with; assembled in `app.ts`. */
export interface ChatDeps extends Pick<Infrastructure<Stores>, 'transaction' | 'reads' | 'live'> {
  config: ChatConfig;
  clock: Clock;
  newId: NewId;
  rateLimit: Pick<RateLimit, 'consume' | 'giveBack'>;
  connections: ConnectionPresence;
  activity: ActivityRecord;
  presence: PresenceReader;
  presenceFeed: PresenceFeed;
  roomFeed: RoomFeed;
  inboxFeed: InboxFeed;
  typing: Typing;
  sharedReads: SharedReads;
  roomsSaidIn: RoomsSaidIn;
  renderedTexts: RenderedTexts;
}
