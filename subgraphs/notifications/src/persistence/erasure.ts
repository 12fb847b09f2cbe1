import { type Erasure, ID_ALONE } from '@souk/runtime/persistence';

/** Erases what notifications knows about a person. Of mails that were sent, only the fact remains. */
export const erasure: Erasure = {
  rules: [
    // This comes first, because a person who is known to be erased is notified of nothing more; what was on
    // its way meanwhile is deleted at the end.
    {
      table: 'person',
      of: 'user_id',
      rows: { username: '', display_name: '', locale: null },
      sequence: 'sequence',
    },
    { table: 'preferences', of: 'user_id', rows: 'delete' },
    { table: 'preference_rule', of: 'user_id', rows: 'delete' },
    { table: 'device', of: 'user_id', rows: 'delete' },
    { table: 'person_block', of: 'user_id', rows: 'delete' },
    { table: 'person_block', of: 'blocked_user_id', rows: 'delete' },
    { table: 'push_message', of: 'user_id', rows: 'delete' },
    { table: 'sms_message', of: 'user_id', rows: 'delete' },
    { table: 'sms_number', of: 'user_id', rows: 'delete' },
    { table: 'watch', of: 'user_id', rows: 'delete' },
    { table: 'webhook_attempt', of: 'owner_id', rows: 'delete' },
    { table: 'webhook_endpoint', of: 'owner_id', rows: 'delete' },
    { table: 'webhook_endpoint', of: 'responsible_id', rows: { responsible_id: '' } },
    { table: 'room_attendance', of: 'user_id', rows: 'delete' },
    { table: 'room_reading', of: 'user_id', rows: 'delete' },
    { table: 'settled_subject', of: 'user_id', rows: 'delete' },
    { table: 'group_standing', of: 'user_id', rows: 'delete' },
    { table: 'room_preference', of: 'user_id', rows: 'delete' },
    { table: 'email_message', of: 'user_id', rows: { to_address: '' } },
    // Codes and invitations were sent to the address alone, without an account.
    {
      ...{ table: 'email_message', of: 'to_address' },
      through: { table: 'mail_address', of: 'user_id', column: 'address' },
      rows: { to_address: '' },
    },
    { table: 'mail_address', of: 'user_id', rows: { address: '' }, sequence: 'sequence' },
    { table: 'delivery', of: 'user_id', rows: 'delete' },
    { table: 'notification', of: 'user_id', rows: 'delete' },
  ],
  kept: {
    'notification.actor_id': ID_ALONE,
    'room_message.author_id': ID_ALONE,
    'room_message.mentioned': ID_ALONE,
    'room_message.follower_ids': ID_ALONE,
    'seller_staff.member_ids': ID_ALONE,
    'seller_staff.manager_ids': ID_ALONE,
  },
  notExported: {
    'notification.actor_id': 'it is in the notices of others',
    'person_block.blocked_user_id': 'who wants to hear nothing of them stays hidden',
    'webhook_endpoint.responsible_id': 'it is in what its owner exports',
    'room_message.author_id': 'chat exports what is said in rooms',
    'room_message.mentioned': 'chat exports what is said in rooms',
    'room_message.follower_ids': 'chat exports what is said in rooms',
    'seller_staff.member_ids': 'products exports who works for which seller',
    'seller_staff.manager_ids': 'products exports who works for which seller',
  },
  withheld: {
    'webhook_endpoint.secret': 'signs what programs are sent',
    'webhook_endpoint.former_secret': 'signs what programs are sent',
    'sms_number.code': 'confirms a number',
    'sms_message.last_error': 'what a carrier said to us',
    'email_message.parameters': 'holds codes that sign in',
    'email_message.last_error': 'what a server of mail said to us',
    'email_message.provider_id': 'what a server of mail said to us',
  },
  noSecrets: ['preferences.digest'],
  impersonal: {
    push_keys: 'our own keys, for everybody',
    watched_product: 'a copy of what products says of things',
    watched_variant: 'a copy of what products says of things',
    deleted_product: 'a copy of what products says of things',
    room: 'a copy of what chat says of rooms',
    room_message_change: 'what is said in rooms, which chat exports',
  },
};
