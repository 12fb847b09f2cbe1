import { createHmac } from 'node:crypto';
import { isIdOf } from '@souk/runtime/domain';
import { answerRoute, type HttpRoute, readBody } from '@souk/runtime/subgraph';
import { isSameSecret } from '../inbound/same-secret.ts';
import type { SmsReport } from '../use-cases/record-sms-report.ts';

/** The path ends with the id of the text message that Twilio reports about. */
export const SMS_STATUS_PATH = '/sms/status/';

const MAX_BYTES = 64 * 1_024;

export interface SmsStatusRouteDeps {
  /** The token with which Twilio signs; null if text messages are not available. */
  authToken: string | null;
  /**
   * The address of this route as Twilio knows it, which it signs as well; null if our public address is not
   * configured.
   */
  urlOf: (smsId: string) => string | null;
  record: (report: SmsReport) => Promise<void>;
}

/**
 * Accepts Twilio's reports about text messages: a form, signed with our account's token
 * (`X-Twilio-Signature`). A repeated or late report changes nothing.
 */
export const smsStatusRoute =
  ({ authToken, urlOf, record }: SmsStatusRouteDeps): HttpRoute =>
  async (request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    if (!path.startsWith(SMS_STATUS_PATH)) return false;
    if (request.method !== 'POST') {
      const message = 'Send a status by POST.';
      return answerRoute(response, 405, { code: 'BAD_REQUEST', message }, { allow: 'POST' });
    }
    const smsId = path.slice(SMS_STATUS_PATH.length);
    const url = urlOf(smsId);
    const body = await readBody(request, MAX_BYTES);
    if (!body) {
      const message = 'This status is too large.';
      const close = { connection: 'close' };
      return answerRoute(response, 413, { code: 'PAYLOAD_TOO_LARGE', message }, close);
    }
    const form = new URLSearchParams(body.toString('utf8'));
    const signature = String(request.headers['x-twilio-signature'] ?? '');
    const isSigned =
      authToken !== null && url !== null && isSameSecret(signature, signed(authToken, url, form));
    if (!isSigned) {
      const message = 'This is not signed by our account.';
      return answerRoute(response, 401, { code: 'UNAUTHENTICATED', message });
    }
    const report = reportOf(form);
    if (report && isIdOf('sms', smsId)) await record({ ...report, smsId });
    return answerRoute(response, 204);
  };

/**
 * The signature of a request by Twilio's rule: the address, then each field with its value in the order of
 * names.
 */
export const signed = (authToken: string, url: string, form: URLSearchParams): string => {
  const fields = [...form].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  const text = url + fields.flat().join('');
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
};

/** The final status; null for an intermediate one. */
function reportOf(form: URLSearchParams): Omit<SmsReport, 'smsId'> | null {
  const became = LAST_WORDS[form.get('MessageStatus') ?? ''];
  if (!became) return null;
  const code = Number(form.get('ErrorCode') ?? '');
  return {
    became,
    providerId: form.get('MessageSid'),
    error: code ? `Twilio said ${code}` : null,
    number: code === STOPPED ? 'COMPLAINED' : NO_SUCH_PHONE.includes(code) ? 'BOUNCED' : null,
  };
}

const LAST_WORDS: Readonly<Record<string, SmsReport['became']>> = {
  delivered: 'DELIVERED',
  undelivered: 'BOUNCED',
  failed: 'FAILED',
};

/** The phone is unknown, or accepts no text messages. */
const NO_SUCH_PHONE = [30005, 30006];
/** Its owner has answered STOP. */
const STOPPED = 21610;
