import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** The form in which the owner sees the secret once, and with which signatures are made. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;

/**
 * The headers by which a program identifies an event and us (Standard Webhooks), with a signature for each
 * secret.
 */
export function signWebhook(
  secrets: readonly string[],
  { id, body, at }: { id: string; body: string; at: Date },
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Souk-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
