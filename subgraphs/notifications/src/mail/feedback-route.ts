import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { HttpRoute } from '@souk/runtime/subgraph';
import type { MailReturn } from '../use-cases/record-mail-return.ts';

/** Where the service that carries our mails says what came back. */
export const FEEDBACK_PATH = '/mail/feedback';

const MAX_BYTES = 256 * 1_024;
const MOST_RETURNS = 1_000;

export interface FeedbackRouteDeps {
  /** What the service shows to be the one that may say so; null where there is none. */
  secret: string | null;
  record: (returned: MailReturn) => Promise<void>;
}

/**
 * Takes bounces and complaints, as JSON: `{"events": [{"messageId", "type": "BOUNCED" | "COMPLAINED",
 * "detail"}]}`, with the secret as a bearer token. What is told again changes nothing.
 */
export const feedbackRoute =
  ({ secret, record }: FeedbackRouteDeps): HttpRoute =>
  async (request, response) => {
    if (request.url?.split('?')[0] !== FEEDBACK_PATH) return false;
    const answer = (status: number): true => {
      response.writeHead(status, { 'cache-control': 'no-store' });
      response.end();
      return true;
    };
    if (request.method !== 'POST') return answer(405);
    if (secret === null || !isSame(request.headers.authorization ?? '', `Bearer ${secret}`)) {
      request.resume();
      return answer(401);
    }
    const returns = returnsIn(await textOf(request));
    if (returns === null) return answer(400);
    for (const returned of returns) await record(returned);
    return answer(204);
  };

/** In a time that says nothing of where they differ. */
const isSame = (given: string, wanted: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
};

async function textOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BYTES ? null : Buffer.concat(chunks).toString();
}

/** Null for what is not of this form. */
function returnsIn(text: string | null): MailReturn[] | null {
  try {
    const { events } = JSON.parse(text ?? '') as { events: unknown };
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
