/** Whose programs receive it: the buyer's (or other owner's of the order), or the seller's. */
type Audience = 'PERSON' | 'SELLER';

interface WebhookEvent {
  readonly for: readonly Audience[];
  /** What is sent of the event: ids, numbers and states. Programs query everything else. */
  readonly fields: readonly string[];
}

const orderPart = ['sellerOrderId', 'number', 'status'] as const;

/**
 * The catalogue's events that programs can receive, and which fields. Only fields listed here are ever sent:
 * one that is added to an event, such as an address or a code, stays internal until it is listed.
 */
export const WEBHOOK_EVENTS = {
  'orders.OrderStatusChanged': { for: ['PERSON'], fields: ['orderId', 'number', 'from', 'to'] },
  'orders.SellerOrderReceived': { for: ['SELLER'], fields: ['sellerOrderId', 'number'] },
  'orders.ShipmentUpdated': { for: ['PERSON', 'SELLER'], fields: [...orderPart, 'shipmentId'] },
  'orders.ReturnChanged': { for: ['PERSON', 'SELLER'], fields: [...orderPart, 'returnId'] },
  'orders.RefundIssued': {
    for: ['PERSON', 'SELLER'],
    fields: ['sellerOrderId', 'number', 'refundId'],
  },
  'orders.PayoutChanged': { for: ['SELLER'], fields: ['payoutId', 'status'] },
  'products.ProductCreated': {
    for: ['SELLER'],
    fields: ['productId', 'slug', 'title', 'status', 'version'],
  },
  'products.ProductUpdated': {
    for: ['SELLER'],
    fields: ['productId', 'slug', 'title', 'status', 'version'],
  },
  'products.ProductDeleted': { for: ['SELLER'], fields: ['productId'] },
  'products.ReviewPosted': { for: ['SELLER'], fields: ['reviewId', 'productId', 'rating'] },
  'products.StockLow': {
    for: ['SELLER'],
    fields: ['variantId', 'productId', 'sku', 'available', 'threshold'],
  },
} as const satisfies Record<string, WebhookEvent>;

export type WebhookEventType = keyof typeof WEBHOOK_EVENTS;

export const WEBHOOK_EVENT_TYPES = Object.keys(WEBHOOK_EVENTS) as readonly WebhookEventType[];

export const isWebhookEventType = (type: string): type is WebhookEventType =>
  Object.hasOwn(WEBHOOK_EVENTS, type);

type Payload = Readonly<Record<string, unknown>>;

/** The ids of the owners whose programs receive an event: a person, a seller, or both. */
export function ownersOf(type: WebhookEventType, { buyerId, sellerId }: Payload): string[] {
  const audience: readonly Audience[] = WEBHOOK_EVENTS[type].for;
  const owners = [
    audience.includes('PERSON') ? buyerId : null,
    audience.includes('SELLER') ? sellerId : null,
  ];
  return owners.filter((owner) => typeof owner === 'string');
}

/** What is sent of an event. */
export const sentOf = (type: WebhookEventType, payload: Payload): Payload =>
  Object.fromEntries(
    WEBHOOK_EVENTS[type].fields
      .filter((field) => payload[field] !== undefined)
      .map((field) => [field, payload[field]]),
  );
