import type { ServerResponse } from 'node:http';
import { answerRoute, type HttpRoute, readBody } from '@souk/runtime/subgraph';
import { isSameSecret } from '../inbound/same-secret.ts';
import type { MailReturn } from '../use-cases/record-mail-return.ts';

/** Where the mail service reports bounces and complaints. */
export const FEEDBACK_PATH = '/mail/feedback';

const MAX_BYTES = 256 * 1_024;
const MOST_RETURNS = 1_000;

export interface FeedbackRouteDeps {
  /** The secret of the mail service; null when there is none. */
  secret: string | null;
  record: (returned: MailReturn) => Promise<void>;
}

/**
 * Takes bounces and complaints, as JSON: `{"events": [{"messageId", "type": "BOUNCED" | "COMPLAINED",
 * "detail"}]}`, with the secret as a bearer token. An event that comes again changes nothing.
 */
export const feedbackRoute =
  ({ secret, record }: FeedbackRouteDeps): HttpRoute =>
  async (request, response) => {
    if (request.url?.split('?')[0] !== FEEDBACK_PATH) return false;
    if (request.method !== 'POST') return refuse(response, 405, 'BAD_REQUEST', { allow: 'POST' });
    if (secret === null || !isSameSecret(request.headers.authorization ?? '', `Bearer ${secret}`)) {
      request.resume();
      return refuse(response, 401, 'UNAUTHENTICATED');
    }
    const body = await readBody(request, MAX_BYTES);
    if (!body) return refuse(response, 413, 'PAYLOAD_TOO_LARGE', { connection: 'close' });
    const returns = returnsIn(body.toString('utf8'));
    if (returns === null) return refuse(response, 400, 'BAD_USER_INPUT');
    for (const returned of returns) await record(returned);
    return answerRoute(response, 204);
  };

const WORDS = {
  BAD_REQUEST: 'Send events by POST.',
  BAD_USER_INPUT: `Send {"events": […]}, at most ${MOST_RETURNS}.`,
  PAYLOAD_TOO_LARGE: 'These events are too large.',
  UNAUTHENTICATED: 'This secret is not the one of the settings.',
};

const refuse = (
  response: ServerResponse,
  status: number,
  code: keyof typeof WORDS,
  headers: Readonly<Record<string, string>> = {},
): true => answerRoute(response, status, { code, message: WORDS[code] }, headers);

/** Null for what is not of this form. */
function returnsIn(text: string): MailReturn[] | null {
  try {
    const { events } = JSON.parse(text) as { events: unknown };
    if (!Array.isArray(events) || events.length > MOST_RETURNS) return null;
    const returns = events.map(returnOf);
    return returns.every((one) => one !== null) ? (returns as MailReturn[]) : null;
  } catch {
    return null;
  }
}

function returnOf(event: unknown): MailReturn | null {
  const { messageId, type, detail } = (event ?? {}) as Record<string, unknown>;
  if (typeof messageId !== 'string' || (type !== 'BOUNCED' && type !== 'COMPLAINED')) return null;
  return { messageId, type, detail: typeof detail === 'string' ? detail : type };
}
