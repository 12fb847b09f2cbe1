import { type Erasure, ID_ALONE } from '@souk/runtime/persistence';

/** What notifications knows of people. Of mails that were sent stays that there was one. */
export const erasure: Erasure = {
  rules: [
    { table: 'delivery', of: 'user_id', rows: 'delete' },
    { table: 'notification', of: 'user_id', rows: 'delete' },
    { table: 'preferences', of: 'user_id', rows: 'delete' },
    { table: 'preference_rule', of: 'user_id', rows: 'delete' },
    { table: 'device', of: 'user_id', rows: 'delete' },
    { table: 'person_block', of: 'user_id', rows: 'delete' },
    { table: 'person_block', of: 'blocked_user_id', rows: 'delete' },
    { table: 'push_message', of: 'user_id', rows: 'delete' },
    { table: 'watch', of: 'user_id', rows: 'delete' },
    { table: 'webhook_attempt', of: 'owner_id', rows: 'delete' },
    { table: 'webhook_endpoint', of: 'owner_id', rows: 'delete' },
    { table: 'room_attendance', of: 'user_id', rows: 'delete' },
    { table: 'room_reading', of: 'user_id', rows: 'delete' },
    { table: 'settled_subject', of: 'user_id', rows: 'delete' },
    { table: 'room_preference', of: 'user_id', rows: 'delete' },
    { table: 'email_message', of: 'user_id', rows: { to_address: '' } },
    {
      table: 'person',
      of: 'user_id',
      rows: { username: '', display_name: '', locale: null },
      sequence: 'sequence',
    },
    { table: 'mail_address', of: 'user_id', rows: { address: '' }, sequence: 'sequence' },
  ],
  kept: {
    'notification.actor_id': ID_ALONE,
    'room_message.author_id': ID_ALONE,
    'room_message.mentioned': ID_ALONE,
    'seller_staff.member_ids': ID_ALONE,
    'seller_staff.manager_ids': ID_ALONE,
  },
  notExported: {
    'notification.actor_id': 'it is in the notices of others',
    'person_block.blocked_user_id': 'who wants to hear nothing of them stays hidden',
    'room_message.author_id': 'chat exports what is said in rooms',
    'room_message.mentioned': 'chat exports what is said in rooms',
    'seller_staff.member_ids': 'products exports who works for which seller',
    'seller_staff.manager_ids': 'products exports who works for which seller',
  },
  withheld: {
    'webhook_endpoint.secret': 'signs what programs are sent',
    'webhook_endpoint.former_secret': 'signs what programs are sent',
    'email_message.parameters': 'holds codes that sign in',
    'email_message.last_error': 'what a server of mail said to us',
    'email_message.provider_id': 'what a server of mail said to us',
  },
};
