import { badInput } from '@souk/runtime/domain';
import {
  isWebhookEventType,
  WEBHOOK_EVENT_TYPES,
  type WebhookEventType,
} from './webhook-events.ts';

/** Why an endpoint is off although nobody switched it off. */
export const DISABLED_REASONS = ['FAILING', 'GONE', 'RIGHTS_LOST'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** Where events are sent for a program. */
export interface WebhookEndpoint {
  id: string;
  /** A person or a seller. */
  ownerId: string;
  /** The person who last set its address; null when unknown. */
  responsibleId: string | null;
  url: string;
  label: string | null;
  eventTypes: readonly WebhookEventType[];
  enabled: boolean;
  disabledReason: DisabledReason | null;
  createdAt: Date;
  lastDeliveredAt: Date | null;
  /** Failures since the last success, and since when. */
  failures: number;
  failingSince: Date | null;
  /** Nothing is sent there before that. */
  pausedUntil: Date | null;
}

/** An event on its way to an endpoint. */
export interface WebhookAttempt {
  id: string;
  endpointId: string;
  ownerId: string;
  eventId: string;
  eventType: string;
  status: 'PENDING' | 'DELIVERED' | 'FAILED' | 'SUPPRESSED';
  attempts: number;
  responseStatus: number | null;
  dueAt: Date;
  createdAt: Date;
  deliveredAt: Date | null;
}

/** The maximum number of endpoints of a person or a seller. */
export const MAX_ENDPOINTS = 10;

/** One call queues no more than so many again. */
export const MOST_REPLAYED = 1_000;
/** How long sent and unsent events are kept. */
export const REPLAYABLE_DAYS = 30;
/** How often an owner may have events sent again. */
export const REPLAYS = { allowed: 20, windowSeconds: 3_600 };

/** After failing this long without a success, an endpoint is switched off. */
export const FAILING_DAYS = 5;
/** How long the previous secret still signs as well. */
export const TWO_SECRETS_HOURS = 24;

const HOUR = 3_600;
/** The pauses between attempts that Standard Webhooks proposes. */
const WAITS = [5, 300, HOUR / 2, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/** How many seconds after so many tries the next one comes; null when it was the last. */
export const waitAfter = (attempts: number): number | null => WAITS[attempts - 1] ?? null;

const LONGEST_PAUSE = 300;
/** For how many seconds nothing goes to an endpoint after so many failures in a row. */
export const pauseAfter = (failures: number): number =>
  Math.min(5 * 2 ** Math.min(failures - 1, 10), LONGEST_PAUSE);

/** Each type once, in the order of the catalogue. */
export function checkedEventTypes(types: readonly string[]): readonly WebhookEventType[] {
  const path = ['input', 'eventTypes'];
  if (types.length === 0) throw badInput('Name at least one type of event.', path);
  const unknown = types.find((type) => !isWebhookEventType(type));
  if (unknown !== undefined) {
    throw badInput('`webhookEventTypes` names the types of events there are.', path);
  }
  return WEBHOOK_EVENT_TYPES.filter((type) => types.includes(type));
}
