import {
  createKnownMedia,
  createQuotas,
  defineStores,
  type StoresOf,
} from '@souk/runtime/persistence';
import { createAttachmentStore } from './attachment-store.ts';
import { createBanStore } from './ban-store.ts';
import { createBlockStore } from './block-store.ts';
import type { Db } from './client.ts';
import { createDiscussionStore } from './discussion-store.ts';
import { createDraftStore } from './draft-store.ts';
import { createEmbedStore } from './embed-store.ts';
import { createGroupStore } from './group-store.ts';
import { createInboxStore } from './inbox-store.ts';
import { createKnownSellerStore } from './known-seller-store.ts';
import { createKnownUserStore } from './known-user-store.ts';
import { createMentionStore } from './mention-store.ts';
import { createMessageEditStore } from './message-edit-store.ts';
import { createMessageLists } from './message-lists.ts';
import { createMessageSearch } from './message-search.ts';
import { createMessageStore } from './message-store.ts';
import { createOldMessageStore } from './old-message-store.ts';
import { createOwnPlaceStore } from './own-place-store.ts';
import { createParticipantStore } from './participant-store.ts';
import { createPresenceStore } from './presence-store.ts';
import { createReactionStore } from './reaction-store.ts';
import { createReadingStore } from './reading-store.ts';
import { createReminderStore } from './reminder-store.ts';
import { createReportStore } from './report-store.ts';
import { createRequestStore } from './request-store.ts';
import { createRoomLists } from './room-lists.ts';
import { createRoomStore } from './room-store.ts';
import { createScheduledMessageStore } from './scheduled-message-store.ts';
import { createShownThings } from './shown-things.ts';
import { createSupportStore } from './support-store.ts';
import { createSuspensionStore } from './suspension-store.ts';
import { createSystemMessageStore } from './system-message-store.ts';
import { createThreadStore } from './thread-store.ts';

/** Everything this subgraph reads and writes, on one transaction or on the client itself. */
export type Stores = StoresOf<typeof storesOn>;

export const storesOn = defineStores<Db>()({
  users: createKnownUserStore,
  groups: createGroupStore,
  rooms: createRoomStore,
  roomLists: createRoomLists,
  participants: createParticipantStore,
  reading: createReadingStore,
  media: createKnownMedia,
  attachments: createAttachmentStore,
  embeds: createEmbedStore,
  discussions: createDiscussionStore,
  shownThings: createShownThings,
  bans: createBanStore,
  support: createSupportStore,
  sellers: createKnownSellerStore,
  requests: createRequestStore,
  inbox: createInboxStore,
  drafts: createDraftStore,
  oldMessages: createOldMessageStore,
  ownPlaces: createOwnPlaceStore,
  messageSearch: createMessageSearch,
  blocks: createBlockStore,
  reports: createReportStore,
  scheduledMessages: createScheduledMessageStore,
  suspensions: createSuspensionStore,
  reminders: createReminderStore,
  messages: createMessageStore,
  systemMessages: createSystemMessageStore,
  threads: createThreadStore,
  mentions: createMentionStore,
  messageEdits: createMessageEditStore,
  messageLists: createMessageLists,
  reactions: createReactionStore,
  presence: createPresenceStore,
  quotas: createQuotas,
});
