/** Whose programs hear of it: the buyer's or whoever an order is of, or the seller's. */
type Audience = 'PERSON' | 'SELLER';

interface WebhookEvent {
  readonly for: readonly Audience[];
  /** What of the event a program is sent: ids, numbers and states. What else there is it asks for. */
  readonly fields: readonly string[];
}

const orderPart = ['sellerOrderId', 'number', 'status'] as const;

/**
 * The events of the catalogue that programs can hear of, and what of each. Only what is named here ever
 * leaves: a field that is added to an event, such as an address or a code, stays inside until it is named.
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

/** The ids of those whose programs hear of an event: a person, a seller, or both. */
export function ownersOf(type: WebhookEventType, { buyerId, sellerId }: Payload): string[] {
  const audience: readonly Audience[] = WEBHOOK_EVENTS[type].for;
  const owners = [
    audience.includes('PERSON') ? buyerId : null,
    audience.includes('SELLER') ? sellerId : null,
  ];
  return owners.filter((owner) => typeof owner === 'string');
}

/** What of an event is sent. */
export const sentOf = (type: WebhookEventType, payload: Payload): Payload =>
  Object.fromEntries(
    WEBHOOK_EVENTS[type].fields
      .filter((field) => payload[field] !== undefined)
      .map((field) => [field, payload[field]]),
  );
