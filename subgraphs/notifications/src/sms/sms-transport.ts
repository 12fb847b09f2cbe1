/** What became of a text message. */
export type SmsOutcome =
  | { result: 'SENT'; providerId: string | null }
  | { result: 'LATER'; afterSeconds: number | null; why: string }
  /** It may have gone, or not: no answer came to what had been handed over. */
  | { result: 'UNKNOWN'; why: string }
  /** Refused for good; `number` where it is the number that takes none. */
  | { result: 'REFUSED'; why: string; number?: 'BOUNCED' | 'COMPLAINED' };

/** The way text messages leave. */
export interface SmsTransport {
  send(message: { id: string; to: string; text: string }): Promise<SmsOutcome>;
}
