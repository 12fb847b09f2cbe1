/** What a mailed code is for. */
export type CodePurpose =
  | 'REGISTRATION'
  | 'SIGN_IN'
  | 'PASSWORD_RESET'
  | 'EMAIL_VERIFICATION'
  | 'REAUTHENTICATION'
  | 'EMAIL_CHANGE'
  | 'EMAIL_CHANGE_CURRENT'
  /** For a guest who has lost the token of an order. */
  | 'GUEST_ORDER';

/** What of an account's security was changed. */
export type SecurityChange =
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

/** A mail waiting in the outbox, by template. */
export interface CodeMail {
  template: 'CODE';
  /** The code is sealed in the outbox, and opened when the mail is sent. */
  parameters: { purpose: CodePurpose; code: string; expiresAt: string };
}
/** Somebody asked for an account with an address that has one. */
export interface HasAccountMail {
  template: 'HAS_ACCOUNT';
  parameters: Record<string, never>;
}
/** What an account is signed in with was changed. */
export interface SecurityNoticeMail {
  template: 'SECURITY_NOTICE';
  parameters: { change: SecurityChange };
}
/** Somebody without an account is invited into a group. */
export interface InviteMail {
  template: 'INVITE';
  /** The address is sealed in the outbox, and opened when the mail is sent. */
  parameters: { url: string; expiresAt: string };
}
/** Written when it leaves, from the notices as they are then. */
export interface NoticesMail {
  /** What earlier versions wrote is the same of one notice. */
  template: 'NOTICES' | 'MISSED_MESSAGES';
  parameters: Record<string, never>;
}
/**
 * Mails that anybody can have us write to an address that nobody has confirmed, in a day, by template: whoever asks, from
 * however many places. A code is what its owner may need, so strangers' invitations use up none of them.
 */
export const UNCONFIRMED_A_DAY: Readonly<Partial<Record<MailContent['template'], number>>> = {
  CODE: 30,
  HAS_ACCOUNT: 5,
  INVITE: 5,
};

/** A mail that is about an account, and not about its notices. */
export type AccountMail = CodeMail | HasAccountMail | SecurityNoticeMail | InviteMail;
export type MailContent = AccountMail | NoticesMail;
