/** Changes of an account that decide who can use it, and for what. */
export type SecurityChange =
  | 'SUSPENDED'
  | 'UNSUSPENDED'
  | 'PASSWORD_SET'
  | 'EMAIL_CHANGED'
  | 'TOTP_ENABLED'
  | 'TOTP_DISABLED'
  | 'RECOVERY_CODES_REPLACED'
  | 'PASSKEY_ADDED'
  | 'PASSKEY_REMOVED'
  | 'API_KEY_CREATED'
  | 'API_KEY_REVOKED'
  | 'IDENTITY_LINKED'
  | 'IDENTITY_UNLINKED'
  | 'DELETION_SCHEDULED'
  | 'DELETION_CANCELLED';
