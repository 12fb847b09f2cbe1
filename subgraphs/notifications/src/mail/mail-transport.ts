/** How many a process sends at once. */
export const MAILS_AT_ONCE = 4;

/** A mail ready to go. */
export interface OutgoingMail {
  /** The same at each attempt, so that a mail that arrives twice is recognised as one. */
  messageId: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Where mails like this one are called off, by one click of a mail client (RFC 8058). */
  unsubscribeUrl?: string;
}

/** The way mails leave. */
export interface MailTransport {
  /** Resolves when the next mail server has accepted the mail. Throws `MailRefused` when it never will. */
  send(mail: OutgoingMail): Promise<{ providerId: string | null }>;
  close(): Promise<void>;
}

/** The next mail server refused a mail for good: trying again is pointless. */
export class MailRefused extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'MailRefused';
  }
}
