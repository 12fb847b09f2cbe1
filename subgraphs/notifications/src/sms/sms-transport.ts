/** What happened to a text message. */
export type SmsOutcome =
  | { result: 'SENT'; providerId: string | null }
  | { result: 'LATER'; afterSeconds: number | null; why: string }
  /** It may have been sent: it was handed over, but no answer came. */
  | { result: 'UNKNOWN'; why: string }
  /** Refused for good; `number` if the number accepts no text messages. */
  | { result: 'REFUSED'; why: string; number?: 'BOUNCED' | 'COMPLAINED' };

/** Sends text messages. */
export interface SmsTransport {
  send(message: { id: string; to: string; text: string }): Promise<SmsOutcome>;
}
