import { createHmac } from 'node:crypto';
import { isIdOf } from '@souk/runtime/domain';
import { answerRoute, type HttpRoute, readBody } from '@souk/runtime/subgraph';
import { isSameSecret } from '../inbound/same-secret.ts';
import type { SmsReport } from '../use-cases/record-sms-report.ts';

/** Below it stands the id of the text message that Twilio says something of. */
export const SMS_STATUS_PATH = '/sms/status/';

const MAX_BYTES = 64 * 1_024;

export interface SmsStatusRouteDeps {
  /** What Twilio signs with; null where no text messages are sent. */
  authToken: string | null;
  /** The address of this route as Twilio knows it, which it signs as well; null where nobody said at what address we are reached. */
  urlOf: (smsId: string) => string | null;
  record: (report: SmsReport) => Promise<void>;
}

/**
 * Takes Twilio's word of what became of a text message: a form, signed by our account's token
 * (`X-Twilio-Signature`). One that comes again, or late, changes nothing.
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

/** The signature of a request by Twilio's rule: the address, then each field and its value in the order of names. */
export const signed = (authToken: string, url: string, form: URLSearchParams): string => {
  const fields = [...form].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  const text = url + fields.flat().join('');
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
};

/** What was said at last; null for a step on the way there. */
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

/** Of the phone: nobody knows it, or it is none that takes text messages. */
const NO_SUCH_PHONE = [30005, 30006];
/** Its owner has answered STOP. */
const STOPPED = 21610;
