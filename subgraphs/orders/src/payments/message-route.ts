import type { IncomingMessage, ServerResponse } from 'node:http';
import { failureFields } from '@souk/runtime/persistence';
import { warnCounted } from '@souk/runtime/process';
import { answerRoute, type HttpRoute, readBody } from '@souk/runtime/subgraph';
import type { OrdersDeps } from '../use-cases/deps.ts';
import { type MessageOutcome, receiveMessage } from '../use-cases/payment/receive-message.ts';

/** Where payment providers send their messages: `/payment-messages/<provider>`. */
export const MESSAGES_PATH = '/payment-messages/';

/** A message names a payment; the largest of Stripe's are a tenth of that. */
const MAX_BYTES = 262_144;
const AGAIN_AFTER_S = '5';

/**
 * Accepts messages of payment providers, each signed over its bytes in the provider's own way. A message that
 * is not from the provider, or is older than its signature may be, is refused. One about a payment that is
 * not stored yet, or that could not be checked now, has to be sent again.
 */
export function messageRoute(deps: OrdersDeps): HttpRoute {
  return async (request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    if (!path.startsWith(MESSAGES_PATH)) return false;
    const provider = path.slice(MESSAGES_PATH.length);
    if (!deps.payments.find(provider)) return refuse(response, 404, 'NOT_FOUND');
    if (request.method !== 'POST') return refuse(response, 405, 'BAD_REQUEST', { allow: 'POST' });
    const body = await readBody(request, MAX_BYTES);
    if (!body) return refuse(response, 413, 'PAYLOAD_TOO_LARGE', { connection: 'close' });
    const message = { headers: headersOf(request), body: body.toString('utf8') };
    return answerTo(response, await outcomeOf(deps, provider, message));
  };
}

async function outcomeOf(
  deps: OrdersDeps,
  provider: string,
  message: Parameters<typeof receiveMessage>[2],
): Promise<MessageOutcome> {
  try {
    return await receiveMessage(deps, provider, message);
  } catch (err) {
    warnCounted(deps.logger, `a message of ${provider} could not be looked at`, failureFields(err));
    return 'UNKNOWN';
  }
}

function answerTo(response: ServerResponse, outcome: MessageOutcome): true {
  if (outcome === 'TAKEN') return answerRoute(response, 204);
  if (outcome === 'REFUSED') return refuse(response, 400, 'MESSAGE_REFUSED');
  return refuse(response, 503, 'SERVICE_UNAVAILABLE', { 'retry-after': AGAIN_AFTER_S });
}

const WORDS = {
  BAD_REQUEST: 'Send messages by POST.',
  MESSAGE_REFUSED: 'This message is not signed by the provider, or too old.',
  NOT_FOUND: 'No such provider is set up.',
  PAYLOAD_TOO_LARGE: 'The message is too large.',
  SERVICE_UNAVAILABLE: 'Send this message again.',
};

const refuse = (
  response: ServerResponse,
  status: number,
  code: keyof typeof WORDS,
  headers: Readonly<Record<string, string>> = {},
): true => answerRoute(response, status, { code, message: WORDS[code] }, headers);

const headersOf = ({ headers }: IncomingMessage): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
