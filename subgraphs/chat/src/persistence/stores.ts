import { createQuotas, type Quotas } from '@souk/runtime/persistence';
import { type AttachmentStore, createAttachmentStore } from './attachment-store.ts';
import { type BanStore, createBanStore } from './ban-store.ts';
import { type BlockStore, createBlockStore } from './block-store.ts';
import type { Db } from './client.ts';
import { createDraftStore, type DraftStore } from './draft-store.ts';
import { createGroupStore, type GroupStore } from './group-store.ts';
import { createInboxStore, type InboxStore } from './inbox-store.ts';
import { createKnownUserStore, type KnownUserStore } from './known-user-store.ts';
import { createMentionStore, type MentionStore } from './mention-store.ts';
import { createMessageEditStore, type MessageEditStore } from './message-edit-store.ts';
import { createMessageLists, type MessageLists } from './message-lists.ts';
import { createMessageSearch, type MessageSearch } from './message-search.ts';
import { createMessageStore, type MessageStore } from './message-store.ts';
import { createOldMessageStore, type OldMessageStore } from './old-message-store.ts';
import { createOwnPlaceStore, type OwnPlaceStore } from './own-place-store.ts';
import { createParticipantStore, type ParticipantStore } from './participant-store.ts';
import { createPresenceStore, type PresenceStore } from './presence-store.ts';
import { createReactionStore, type ReactionStore } from './reaction-store.ts';
import { createReminderStore, type ReminderStore } from './reminder-store.ts';
import { createReportStore, type ReportStore } from './report-store.ts';
import { createRequestStore, type RequestStore } from './request-store.ts';
import { createRoomLists, type RoomLists } from './room-lists.ts';
import { createRoomStore, type RoomStore } from './room-store.ts';
import {
  createScheduledMessageStore,
  type ScheduledMessageStore,
} from './scheduled-message-store.ts';
import { createSuspensionStore, type SuspensionStore } from './suspension-store.ts';
import { createThreadStore, type ThreadStore } from './thread-store.ts';

/** Everything chat reads and writes, on one transaction or none. */
export interface Stores {
  users: KnownUserStore;
  groups: GroupStore;
  rooms: RoomStore;
  roomLists: RoomLists;
  participants: ParticipantStore;
  attachments: AttachmentStore;
  bans: BanStore;
  requests: RequestStore;
  inbox: InboxStore;
  drafts: DraftStore;
  oldMessages: OldMessageStore;
  ownPlaces: OwnPlaceStore;
  messageSearch: MessageSearch;
  blocks: BlockStore;
  reports: ReportStore;
  scheduledMessages: ScheduledMessageStore;
  suspensions: SuspensionStore;
  reminders: ReminderStore;
  messages: MessageStore;
  threads: ThreadStore;
  mentions: MentionStore;
  messageEdits: MessageEditStore;
  messageLists: MessageLists;
  reactions: ReactionStore;
  presence: PresenceStore;
  quotas: Quotas;
}

export const storesOn = (db: Db): Stores => ({
  users: createKnownUserStore(db),
  groups: createGroupStore(db),
  rooms: createRoomStore(db),
  roomLists: createRoomLists(db),
  participants: createParticipantStore(db),
  attachments: createAttachmentStore(db),
  bans: createBanStore(db),
  requests: createRequestStore(db),
  inbox: createInboxStore(db),
  drafts: createDraftStore(db),
  oldMessages: createOldMessageStore(db),
  ownPlaces: createOwnPlaceStore(db),
  messageSearch: createMessageSearch(db),
  blocks: createBlockStore(db),
  reports: createReportStore(db),
  scheduledMessages: createScheduledMessageStore(db),
  suspensions: createSuspensionStore(db),
  reminders: createReminderStore(db),
  messages: createMessageStore(db),
  threads: createThreadStore(db),
  mentions: createMentionStore(db),
  messageEdits: createMessageEditStore(db),
  messageLists: createMessageLists(db),
  reactions: createReactionStore(db),
  presence: createPresenceStore(db),
  quotas: createQuotas(db),
});
