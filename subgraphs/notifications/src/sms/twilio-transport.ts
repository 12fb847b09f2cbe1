import { type ProviderAnswer, postToProvider } from '../outbound/post-to-provider.ts';
import { whyOf } from '../outbound/why-of.ts';
import type { SmsOutcome, SmsTransport } from './sms-transport.ts';
import type { TwilioAccount } from './twilio-account.ts';

export const TWILIO_URL = 'https://api.twilio.com';

/** The number does not exist, or accepts no text messages. */
const NO_SUCH_NUMBER = [21211, 21214, 21217, 21614];
/** Its owner has answered STOP. */
const STOPPED = 21610;

/** Errors of a connection that was never opened: nothing can have been handed over. */
const NEVER_CONNECTED = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  'UND_ERR_CONNECT_TIMEOUT',
];

export interface TwilioOptions {
  url?: string | undefined;
  /** Where Twilio reports what happened to a text message; null if it cannot reach us. */
  statusUrlOf?: (smsId: string) => string | null;
}

/** Sends through Twilio's API for messages, which has no idempotency key. */
export function createTwilio(
  { accountSid, authToken, from }: TwilioAccount,
  { url = TWILIO_URL, statusUrlOf = () => null }: TwilioOptions = {},
): SmsTransport {
  const path = `/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const sender = from.startsWith('MG') ? 'MessagingServiceSid' : 'From';
  return {
    send: async ({ id, to, text }) => {
      const form = new URLSearchParams({ To: to, [sender]: from, Body: text });
      const statusUrl = statusUrlOf(id);
      if (statusUrl) form.set('StatusCallback', statusUrl);
      try {
        return outcomeOf(await postToProvider(new URL(path, url).href, { authorization }, form));
      } catch (error) {
        const why = whyOf(error);
        const { code } = ((error as Error).cause ?? {}) as { code?: string };
        return NEVER_CONNECTED.includes(code ?? '')
          ? { result: 'LATER', afterSeconds: null, why: `${why}: ${code}` }
          : { result: 'UNKNOWN', why };
      }
    },
  };
}

function outcomeOf({ status, retryAfter, body }: ProviderAnswer): SmsOutcome {
  const { sid, code } = (body ?? {}) as { sid?: unknown; code?: unknown };
  if (status >= 200 && status < 300) {
    return { result: 'SENT', providerId: typeof sid === 'string' ? sid : null };
  }
  const why = `Twilio answered ${status} ${typeof code === 'number' ? code : ''}`.trim();
  // This includes errors of our account: they say nothing about this message, and somebody may fix them.
  if ([401, 403, 429, 503].includes(status))
    return { result: 'LATER', afterSeconds: retryAfter, why };
  if (status >= 500) return { result: 'UNKNOWN', why };
  if (code === STOPPED) return { result: 'REFUSED', why, number: 'COMPLAINED' };
  if (NO_SUCH_NUMBER.includes(Number(code))) return { result: 'REFUSED', why, number: 'BOUNCED' };
  return { result: 'REFUSED', why };
}
