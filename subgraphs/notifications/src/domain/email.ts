/** What a mailed code is for. */
export type CodePurpose =
  | 'REGISTRATION'
  | 'SIGN_IN'
  | 'PASSWORD_RESET'
  | 'EMAIL_VERIFICATION'
  | 'REAUTHENTICATION'
  | 'EMAIL_CHANGE'
  | 'EMAIL_CHANGE_CURRENT';

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
/** Written when it leaves, from the notice as it is then. */
export interface MissedMessagesMail {
  template: 'MISSED_MESSAGES';
  parameters: Record<string, never>;
}
export type MailContent = CodeMail | HasAccountMail | SecurityNoticeMail | MissedMessagesMail;

export interface MailText {
  subject: string;
  text: string;
}

const WHAT_A_CODE_DOES: Readonly<Record<CodePurpose, readonly [string, string]>> = {
  REGISTRATION: [
    'Your code for Souk',
    'To open your account, type this code where you asked for it:',
  ],
  SIGN_IN: ['Your code to sign in', 'To sign in, type this code where you asked for it:'],
  PASSWORD_RESET: [
    'Your code for a new password',
    'To set a new password, type this code where you asked for it:',
  ],
  EMAIL_VERIFICATION: [
    'Your code to confirm your address',
    'To confirm that this address is yours, type this code where you asked for it:',
  ],
  REAUTHENTICATION: [
    'Your code to go on',
    'To confirm that it is you, type this code where you asked for it:',
  ],
  EMAIL_CHANGE: [
    'Your code for your new address',
    'To have your mail sent to this address, type this code where you asked for it:',
  ],
  EMAIL_CHANGE_CURRENT: [
    'Your code to change your address',
    'Somebody who is signed in as you wants your mail sent to another address. If that is you, type this code where you asked for it:',
  ],
};

/**
 * A code is typed where it was asked for; the link only opens a page that shows it, and changes nothing:
 * programs that look through mail open links, and even submit what they find there.
 *
 * The address may not be confirmed yet, so whoever gave it may be a stranger to who reads this: none of
 * their words are in it.
 */
export function codeMailText(
  { parameters: { purpose, code, expiresAt } }: CodeMail,
  /** Where a page shows the code, with `{code}` in it; null gives the code alone. */
  { codePageUrl }: { codePageUrl: string | null },
): MailText {
  const [subject, what] = WHAT_A_CODE_DOES[purpose];
  const page = codePageUrl?.replace('{code}', encodeURIComponent(code));
  return {
    subject,
    text: [
      'Hello,',
      `${what}\n\n    ${inGroups(code)}`,
      ...(page === undefined ? [] : [`You find it here, too: ${page}`]),
      `It works until ${expiresAt}, and only on the device that asked for it.`,
      'If that was not you, do nothing, and tell it to nobody: without you, nothing will come of it.',
    ].join('\n\n'),
  };
}

/** Four signs at a time are read and typed with fewer mistakes. */
const inGroups = (code: string) => code.replace(/(.{4})(?=.)/g, '$1-');

export const hasAccountText = (): MailText => ({
  subject: 'You have an account at Souk',
  text: [
    'Hello,',
    'somebody asked for an account at Souk with this address, which has one already.',
    'If that was you: sign in, by a code that we mail to you or with a new password, should you have forgotten yours.',
    'If that was not you, do nothing: nothing has changed.',
  ].join('\n\n'),
});

const WHAT_CHANGED: Readonly<Record<SecurityChange, string>> = {
  PASSWORD_SET: 'The password of your account was changed, and all other sessions were ended.',
  EMAIL_CHANGED:
    'Mail of your account goes to another address from now on; this is the last to this one.',
  TOTP_ENABLED: 'Signing in to your account asks for a code of an authenticator app from now on.',
  TOTP_DISABLED: 'Signing in to your account asks for no code of an authenticator app any more.',
  RECOVERY_CODES_REPLACED:
    'Your account has other codes that stand in for the authenticator app; those of before open nothing any more.',
  PASSKEY_ADDED: 'A passkey was added to your account.',
  PASSKEY_REMOVED: 'A passkey was removed from your account.',
  API_KEY_CREATED: 'A key for programs was made for your account.',
  API_KEY_REVOKED: 'A key for programs of your account was revoked.',
  IDENTITY_LINKED: 'Your account can be signed in to by another provider from now on.',
  IDENTITY_UNLINKED: 'Your account can be signed in to by another provider no more.',
  DELETION_SCHEDULED:
    'Your account will be deleted in fourteen days. Until then you can sign in and keep it.',
  DELETION_CANCELLED: 'Your account stays: its deletion was called off.',
};

export const securityNoticeText = ({ parameters: { change } }: SecurityNoticeMail): MailText => ({
  subject: 'Your account was changed',
  text: [
    'Hello,',
    WHAT_CHANGED[change],
    'If that was not you, set a new password at once, and end the sessions that you do not know.',
  ].join('\n\n'),
});
