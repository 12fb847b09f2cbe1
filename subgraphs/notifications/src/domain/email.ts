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

/** Which security setting of an account was changed. */
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
  /** The code is encrypted in the outbox, and decrypted when the mail is sent. */
  parameters: { purpose: CodePurpose; code: string; expiresAt: string };
}
/** Somebody tried to register with an address that has an account. */
export interface HasAccountMail {
  template: 'HAS_ACCOUNT';
  parameters: Record<string, never>;
}
/** An account's sign-in methods were changed. */
export interface SecurityNoticeMail {
  template: 'SECURITY_NOTICE';
  parameters: { change: SecurityChange };
}
/** Somebody without an account is invited into a group. */
export interface InviteMail {
  template: 'INVITE';
  /** The address is encrypted in the outbox, and decrypted when the mail is sent. */
  parameters: { url: string; expiresAt: string };
}
/** Its content is written when it is sent, from the notices as they are then. */
export interface NoticesMail {
  /** Mails of earlier versions are the same with one notice. */
  template: 'NOTICES' | 'MISSED_MESSAGES';
  parameters: Record<string, never>;
}
/**
 * Mails per day and template that anybody can have sent to an unconfirmed address, whoever requests them,
 * from however many places. The owner may need codes, so strangers' invitations do not count towards them.
 */
export const UNCONFIRMED_A_DAY: Readonly<Partial<Record<MailContent['template'], number>>> = {
  CODE: 30,
  HAS_ACCOUNT: 5,
  INVITE: 5,
};

/** A mail about an account, and not about its notices. */
export type AccountMail = CodeMail | HasAccountMail | SecurityNoticeMail | InviteMail;
export type MailContent = AccountMail | NoticesMail;
