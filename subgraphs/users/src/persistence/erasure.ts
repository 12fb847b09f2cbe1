import type { Erasure } from '@souk/runtime/persistence';

const DELETED = ['challenge', 'totp', 'recovery_code', 'passkey', 'linked_identity', 'api_key'];

/** What users knows of an account beside its row, which is written over (`AccountStore.erase`). */
export const erasure: Erasure = {
  rules: [
    ...[...DELETED, 'address'].map((table) => ({
      table,
      of: 'account_id',
      rows: 'delete' as const,
    })),
    // Removed with their files, once the account is erased.
    { table: 'media', of: 'owner_id', rows: { file_name: '', alt_text: null } },
    { table: 'account_export', of: 'account_id', rows: 'delete' },
    {
      table: 'session',
      of: 'account_id',
      rows: { device_label: null, ip: null, user_agent: null },
    },
  ],
  kept: {
    'account.email': 'written over with the id',
    'challenge.email':
      'those of before there was an account go by its address (`AccountStore.erase`)',
  },
  own: ['account.id'],
  notExported: {
    'challenge.account_id': 'codes that are under way',
    'totp.account_id': 'a secret',
    'recovery_code.account_id': 'secrets',
  },
  noSecrets: ['media.blurhash'],
  impersonal: {
    refresh_token: 'digests of secrets',
    retired_name: 'digests of names that nobody has any more',
    account_export_part: 'the export itself, sealed',
  },
};
