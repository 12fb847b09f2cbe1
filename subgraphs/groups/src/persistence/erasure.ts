import { type Erasure, ID_ALONE } from '@souk/runtime/persistence';

/** What groups knows of people. */
export const erasure: Erasure = {
  rules: [
    { table: 'invite', of: 'invitee_id', rows: { invitee_email: null } },
    {
      ...{ table: 'invite', of: 'invitee_email' },
      through: { table: 'known_address', of: 'user_id', column: 'email' },
      // As for an answered invitation by address: null would make it one for anybody.
      rows: { invitee_email: '' },
    },
    { table: 'group_ban', of: 'user_id', rows: { reason: null } },
    { table: 'audit_entry', of: 'target_id', rows: { reason: null } },
    { table: 'membership', of: 'user_id', rows: { mute_reason: null } },
    { table: 'former_mute', of: 'user_id', rows: 'delete' },
    { table: 'known_media', of: 'owner_id', rows: 'delete' },
    { table: 'join_request', of: 'user_id', rows: { note: null, decision_note: null } },
    {
      table: 'known_user',
      of: 'id',
      rows: { username: '', display_name: '', search: null },
      sequence: 'sequence',
    },
    { table: 'known_address', of: 'user_id', rows: { email: '' }, sequence: 'sequence' },
  ],
  kept: {
    'membership.user_id': ID_ALONE,
    'group_ban.banned_by': ID_ALONE,
    'invite.inviter_id': ID_ALONE,
    'join_request.decided_by': ID_ALONE,
    'audit_entry.actor_id': ID_ALONE,
  },
  notExported: {
    'group_ban.banned_by': 'what is known of who was banned',
    'invite.inviter_id': 'where others are invited',
    'join_request.decided_by': 'what others asked for',
    'audit_entry.actor_id': 'a record of the group, which holds what others did',
    'audit_entry.target_id': 'a record of the group, which holds what others did',
  },
  withheld: {
    'invite.code': 'lets anybody in',
    'group_ban.banned_by': 'who keeps order',
    'join_request.decided_by': 'who keeps order',
  },
  impersonal: {
    community: 'the group’s own words, which stay with its members',
  },
};
