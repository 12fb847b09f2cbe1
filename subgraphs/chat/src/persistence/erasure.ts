import { type Erasure, ID_ALONE } from '@souk/runtime/persistence';

/** What chat knows of people. Their messages stay, and show no author any more. */
export const erasure: Erasure = {
  rules: [
    { table: 'known_user', of: 'id', rows: { username: '' } },
    { table: 'suspended_user', of: 'user_id', rows: 'delete' },
    { table: 'room_request', of: 'user_id', rows: 'delete' },
    { table: 'known_media', of: 'owner_id', rows: 'delete' },
    { table: 'scheduled_message', of: 'user_id', rows: 'delete' },
    { table: 'reminder', of: 'user_id', rows: 'delete' },
    { table: 'draft', of: 'user_id', rows: 'delete' },
    { table: 'saved_message', of: 'user_id', rows: 'delete' },
    { table: 'presence_setting', of: 'user_id', rows: 'delete' },
    { table: 'message_reaction', of: 'user_id', rows: 'delete' },
    { table: 'thread_follower', of: 'user_id', rows: 'delete' },
    { table: 'room_ban', of: 'user_id', rows: { reason: null } },
  ],
  kept: {
    'group_membership.user_id': ID_ALONE,
    'room.created_by': ID_ALONE,
    'participant.user_id': ID_ALONE,
    'room_request.requested_by': ID_ALONE,
    'room_ban.banned_by': ID_ALONE,
    'message.author_id': ID_ALONE,
    'message.deleted_by': ID_ALONE,
    'message.pinned_by': ID_ALONE,
    'message_revision.edited_by': ID_ALONE,
    'message_mention.user_id': ID_ALONE,
    'report.author_id': 'what was reported is kept until it is decided, and after, as the law asks',
    'report.reporter_id': ID_ALONE,
    'report.decided_by': ID_ALONE,
  },
  notExported: {
    'room_ban.banned_by': 'what is known of who was banned',
    'message.deleted_by': 'what others said',
    'message.pinned_by': 'what others said',
    'message_mention.user_id': 'what others said',
    'report.author_id': 'who reported is not told',
    'report.decided_by': 'what is known of others',
  },
  belonging: [
    { table: 'message_attachment', key: 'message_id', to: 'message' },
    { table: 'message_embed', key: 'message_id', to: 'message' },
  ],
  withheld: {
    'report.text': 'what somebody else said',
    'report.decided_by': 'who keeps order',
    'room_ban.banned_by': 'who keeps order',
  },
};
