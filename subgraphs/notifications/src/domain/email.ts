/** A mail waiting in the outbox, by template. */
export interface ConfirmAddressMail {
  template: 'CONFIRM_ADDRESS';
  parameters: { token: string; expiresAt: string; welcome: boolean };
}
/** Written when it leaves, from the notice as it is then. */
export interface MissedMessagesMail {
  template: 'MISSED_MESSAGES';
  parameters: Record<string, never>;
}
export type MailContent = ConfirmAddressMail | MissedMessagesMail;

export interface MailText {
  subject: string;
  text: string;
}

/**
 * The address is not confirmed yet, so whoever gave it may be a stranger to who reads this: none of
 * their words are in it. `verifyEmailUrl`: where a person opens the link, with
 * `{token}` in it; null gives the code alone.
 */
export function mailText(
  { parameters: { token, expiresAt, welcome } }: ConfirmAddressMail,
  { verifyEmailUrl }: { verifyEmailUrl: string | null },
): MailText {
  const how =
    verifyEmailUrl === null
      ? `To confirm that this address is yours, use this code:\n\n    ${token}`
      : `To confirm that this address is yours, open:\n\n    ${verifyEmailUrl.replace('{token}', encodeURIComponent(token))}`;
  return {
    subject: welcome ? 'Welcome to Souk: confirm your address' : 'Confirm your address',
    text: [
      'Hello,',
      ...(welcome ? ['your account is open.'] : []),
      how,
      `It works until ${expiresAt}. If this was not you, do nothing: nothing will be confirmed.`,
    ].join('\n\n'),
  };
}
