import { type Erasure, ID_ALONE } from '@souk/runtime/persistence';

/** What groups knows of people. */
export const erasure: Erasure = {
  rules: [
    { table: 'invite', of: 'invitee_id', rows: { invitee_email: null } },
    { table: 'group_ban', of: 'user_id', rows: { reason: null } },
  ],
  kept: {
    'membership.user_id': ID_ALONE,
    'group_ban.banned_by': ID_ALONE,
    'invite.inviter_id': ID_ALONE,
    'audit_entry.actor_id': ID_ALONE,
    'audit_entry.target_id': ID_ALONE,
  },
};
