import { textsOf } from '../outbound/texts-of.ts';

/** The account with which Twilio knows this installation, and the number or service that it sends from. */
export interface TwilioAccount {
  accountSid: string;
  authToken: string;
  /** A number, or a messaging service (`MG…`). */
  from: string;
}

export const twilioAccountOf = (value: unknown): TwilioAccount =>
  textsOf(value, ['accountSid', 'authToken', 'from']);
