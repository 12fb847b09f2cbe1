import type { Clock, NewId } from '@souk/runtime/domain';
import type { Delivery } from '@souk/runtime/events';
import { ownersOf, sentOf, type WebhookEventType } from '../domain/webhook-events.ts';
import type { TransactionStores } from '../use-cases/deps.ts';
import { notificationsConsumer } from './consumer-deps.ts';

interface WebhookDeps {
  clock: Clock;
  newId: NewId;
}

/** The version of events for programs: our own events may change without affecting theirs. */
const FORM = 1;

/** Records what has to be sent to programs about an event, for each endpoint that asked for its type. */
const toWebhooks =
  <Type extends WebhookEventType>({ clock, newId }: WebhookDeps, type: Type) =>
  async (
    { event, sequence, eventId, stream, occurredAt }: Delivery<Type>,
    { webhookEndpoints, webhookAttempts }: TransactionStores,
  ): Promise<void> => {
    const owners = ownersOf(type, event);
    if (owners.length === 0) return;
    const endpoints = await webhookEndpoints.hearing(owners, type);
    const timestamp = occurredAt.toISOString();
    const body = JSON.stringify({
      type,
      version: FORM,
      timestamp,
      sequence,
      data: sentOf(type, event),
    });
    await webhookAttempts.insert(
      endpoints.map(({ id: endpointId, ownerId, enabled }) => ({
        id: newId('wha'),
        endpointId,
        ownerId,
        eventId,
        eventType: type,
        body,
        stream,
        sequence,
        occurredAt,
        status: enabled ? 'PENDING' : 'SUPPRESSED',
      })),
      clock(),
    );
  };

export const webhookConsumers = (deps: WebhookDeps) => [
  notificationsConsumer({
    name: 'send-order-status',
    consumes: 'orders.OrderStatusChanged',
    handle: toWebhooks(deps, 'orders.OrderStatusChanged'),
  }),
  notificationsConsumer({
    name: 'send-sale',
    consumes: 'orders.SellerOrderReceived',
    handle: toWebhooks(deps, 'orders.SellerOrderReceived'),
  }),
  notificationsConsumer({
    name: 'send-shipment',
    consumes: 'orders.ShipmentUpdated',
    handle: toWebhooks(deps, 'orders.ShipmentUpdated'),
  }),
  notificationsConsumer({
    name: 'send-return',
    consumes: 'orders.ReturnChanged',
    handle: toWebhooks(deps, 'orders.ReturnChanged'),
  }),
  notificationsConsumer({
    name: 'send-refund',
    consumes: 'orders.RefundIssued',
    handle: toWebhooks(deps, 'orders.RefundIssued'),
  }),
  notificationsConsumer({
    name: 'send-payout',
    consumes: 'orders.PayoutChanged',
    handle: toWebhooks(deps, 'orders.PayoutChanged'),
  }),
  notificationsConsumer({
    name: 'send-new-product',
    consumes: 'products.ProductCreated',
    handle: toWebhooks(deps, 'products.ProductCreated'),
  }),
  notificationsConsumer({
    name: 'send-changed-product',
    consumes: 'products.ProductUpdated',
    handle: toWebhooks(deps, 'products.ProductUpdated'),
  }),
  notificationsConsumer({
    name: 'send-deleted-product',
    consumes: 'products.ProductDeleted',
    handle: toWebhooks(deps, 'products.ProductDeleted'),
  }),
  notificationsConsumer({
    name: 'send-review',
    consumes: 'products.ReviewPosted',
    handle: toWebhooks(deps, 'products.ReviewPosted'),
  }),
  notificationsConsumer({
    name: 'send-low-stock',
    consumes: 'products.StockLow',
    handle: toWebhooks(deps, 'products.StockLow'),
  }),
];
