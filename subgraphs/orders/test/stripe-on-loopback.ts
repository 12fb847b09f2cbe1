import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asListener } from '@souk/testkit';
import Stripe from 'stripe';

/**
 * What stands for Stripe's servers in tests: it answers on loopback in the shapes that Stripe's API reference
 * records for version-independent fields, keeps intents and refunds, and carries out one idempotency key once.
 * Nothing here has ever asked Stripe itself; the client library is Stripe's own.
 */
export interface StripeOnLoopback extends AsyncDisposable {
  url: string;
  secret: string;
  intents: Map<string, StoredIntent>;
  refunds: StoredRefund[];
  /** How the next refunds begin; after these they succeed at once. */
  refundsBegin: string[];
  /** How often each call was asked for, also in vain. */
  calls: string[];
  /** From now on so: answers, does the work and loses the answer, or is away. */
  line: 'up' | 'lossy' | 'down';
  /** What the client does with its secret: a card that is good, or is declined; or the buyer gives up. */
  confirm(clientSecret: string, outcome?: 'good' | 'declined', held?: number): StoredIntent;
  /** The message that Stripe sends about an intent or a refund, signed as it signs. */
  message(intentId: string, given?: { secondsAgo?: number; type?: string }): SignedBody;
  forgetKeys(): void;
}

export interface StoredIntent {
  id: string;
  object: 'payment_intent';
  amount: number;
  amount_capturable: number;
  amount_received: number;
  currency: string;
  status: Stripe.PaymentIntent.Status;
  client_secret: string;
  capture_method: string;
  metadata: Record<string, string>;
  last_payment_error: { type: string; code: string; decline_code: string } | null;
}

export interface StoredRefund {
  id: string;
  object: 'refund';
  payment_intent: string;
  amount: number;
  status: string;
  metadata: Record<string, string>;
}

export interface SignedBody {
  body: string;
  headers: Record<string, string>;
}

interface Answer {
  status: number;
  body: object;
}

export async function stripeOnLoopback(): Promise<StripeOnLoopback> {
  const secret = 'whsec_of_the_loopback';
  const keys = new Map<string, Answer>();
  const client = new Stripe('sk_test_loopback');
  let count = 0;
  const nextId = (prefix: string) => {
    count += 1;
    return `${prefix}_${count}`;
  };
  const fake: StripeOnLoopback = {
    ...{ url: '', secret, intents: new Map(), refunds: [], refundsBegin: [] },
    ...{ calls: [], line: 'up' },
    forgetKeys: () => keys.clear(),
    confirm: (clientSecret, outcome = 'good', held) => {
      const intent = [...fake.intents.values()].find((each) => each.client_secret === clientSecret);
      if (intent?.status !== 'requires_payment_method') throw new Error('nothing to confirm');
      if (outcome === 'declined') {
        intent.last_payment_error = {
          ...{ type: 'card_error', code: 'card_declined', decline_code: 'generic_decline' },
        };
      } else {
        intent.status = 'requires_capture';
        intent.amount_capturable = held ?? intent.amount;
      }
      return intent;
    },
    message: (
      intentId,
      { secondsAgo = 0, type = 'payment_intent.amount_capturable_updated' } = {},
    ) => {
      const object = fake.intents.get(intentId) ??
        fake.refunds.find(({ id }) => id === intentId) ?? {
          id: intentId,
          object: 'payment_intent',
        };
      const body = JSON.stringify({
        ...{ id: nextId('evt'), object: 'event', type, livemode: false, data: { object } },
      });
      const timestamp = Math.floor(Date.now() / 1_000) - secondsAgo;
      const signed = { payload: body, secret, timestamp };
      const header = client.webhooks.generateTestHeaderString(signed);
      return { body, headers: { 'stripe-signature': header } };
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const answer = (call: string, form: URLSearchParams): Answer => {
    const [, resource, id = '', act] = /^\w+ \/v1\/(\w+)\/?(\w*)\/?(\w*)/.exec(call) ?? [];
    if (resource === 'refunds') {
      return call.startsWith('GET') ? listOfRefunds(form) : made(refund(form));
    }
    if (resource === 'payment_intents' && id === '') return create(form);
    const intent = fake.intents.get(id);
    if (!intent) return refusal(404, 'resource_missing', `No such payment_intent: '${id}'`);
    if (act === 'capture') return step(intent, ['requires_capture'], 'succeeded');
    if (act === 'cancel') {
      return step(intent, ['requires_payment_method', 'requires_capture'], 'canceled');
    }
    return made(intent);
  };

  function create(form: URLSearchParams): Answer {
    const amount = Number(form.get('amount'));
    if (amount < 50) {
      const words = 'Amount must convert to at least 50 cents.';
      return refusal(400, 'amount_too_small', words);
    }
    const id = nextId('pi');
    const intent: StoredIntent = {
      ...{ id, object: 'payment_intent', amount, amount_capturable: 0, amount_received: 0 },
      ...{ currency: String(form.get('currency')), status: 'requires_payment_method' },
      ...{ client_secret: `${id}_secret_x`, capture_method: String(form.get('capture_method')) },
      ...{ metadata: metadataOf(form), last_payment_error: null },
    };
    fake.intents.set(id, intent);
    return made(intent);
  }

  function step(intent: StoredIntent, from: string[], to: StoredIntent['status']): Answer {
    if (!from.includes(intent.status)) {
      const words = `This PaymentIntent has a status of ${intent.status}.`;
      return refusal(400, 'payment_intent_unexpected_state', words);
    }
    intent.status = to;
    if (to === 'succeeded') intent.amount_received = intent.amount_capturable;
    intent.amount_capturable = 0;
    return made(intent);
  }

  function refund(form: URLSearchParams): StoredRefund {
    const made: StoredRefund = {
      ...{ id: nextId('re'), object: 'refund', payment_intent: String(form.get('payment_intent')) },
      ...{ amount: Number(form.get('amount')), metadata: metadataOf(form) },
      status: fake.refundsBegin.shift() ?? 'succeeded',
    };
    fake.refunds.push(made);
    return made;
  }

  const listOfRefunds = (query: URLSearchParams): Answer => {
    const of = query.get('payment_intent');
    const data = fake.refunds.filter(({ payment_intent }) => payment_intent === of);
    return made({ object: 'list', url: '/v1/refunds', has_more: false, data });
  };

  const server = createServer(
    asListener(async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://loopback');
      const call = `${request.method} ${url.pathname}`;
      fake.calls.push(call);
      if (fake.line === 'down') return request.socket.destroy();
      const form = request.method === 'GET' ? url.searchParams : await formOf(request);
      const key = request.headers['idempotency-key'];
      const known = typeof key === 'string' ? keys.get(`${call} ${key}`) : undefined;
      // As it is at this moment: what the same key is told later was said now.
      const { status, body } = known ?? (structuredClone(answer(call, form)) as Answer);
      if (typeof key === 'string' && status < 500) keys.set(`${call} ${key}`, { status, body });
      if (fake.line === 'lossy') return request.socket.destroy();
      response.writeHead(status, {
        'content-type': 'application/json',
        'request-id': nextId('req'),
      });
      response.end(JSON.stringify(body));
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

const made = (body: object): Answer => ({ status: 200, body });

const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { type: 'invalid_request_error', code, message } },
});

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

const metadataOf = (form: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) => {
      const key = /^metadata\[(\w+)\]$/.exec(name)?.[1];
      return key === undefined ? [] : [[key, value]];
    }),
  );
