import type { PostalAddress } from '@souk/runtime/domain';

/** As many lines as an order may have: the content of a cart can be ordered at once. */
export const MAX_CART_LINES = 100;

/** What somebody is about to buy. */
export interface Cart {
  id: string;
  /** Null for a guest's cart, whose id is the right to use it. */
  ownerId: string | null;
  /** Identifies its event stream without revealing its id. */
  key: string;
  currency: string;
  email: string | null;
  shippingAddress: PostalAddress | null;
  billingAddress: PostalAddress | null;
  note: string | null;
  discountCodes: string[];
  /** The chosen delivery option of each seller. */
  deliveries: Readonly<Record<string, string>>;
  notices: CartNotice[];
  /** The cart into which this one was merged. */
  mergedInto: string | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  lines: CartLine[];
}

export interface CartLine {
  id: string;
  cartId: string;
  variantId: string;
  quantity: number;
  /** Its title and unit price when its owner last agreed to them. */
  title: string;
  currency: string;
  unitPriceMinor: number;
  addedAt: Date;
}

export type CartNoticeKind = 'LINE_ADDED' | 'QUANTITY_RAISED' | 'QUANTITY_CAPPED' | 'CODE_LEFT_OUT';

/** A change of a cart that its owner has not seen. */
export interface CartNotice {
  kind: CartNoticeKind;
  /** Null when it concerns no line but a discount code, which is then the title. */
  variantId: string | null;
  title: string;
  /** The line's quantity afterwards, and before. */
  quantity: number;
  previousQuantity: number;
  /** The quantity it would have without a limit. */
  wantedQuantity: number;
}

/** Its text, found when it is read. A client with other texts finds its own by the kind. */
export function wordsOfNotice(notice: CartNotice): string {
  const { kind, title, quantity, previousQuantity, wantedQuantity } = notice;
  if (kind === 'LINE_ADDED') return `${title} was added.`;
  if (kind === 'CODE_LEFT_OUT') return `${title} was left out, because there were too many codes.`;
  return kind === 'QUANTITY_RAISED'
    ? `${title}: the quantity is now ${quantity} instead of ${previousQuantity}.`
    : `${title}: ${wantedQuantity} would be too many; the quantity is now ${quantity}.`;
}

/** Whether a person who knows a cart's id may use it. */
export const mayUseCart = (
  { ownerId, mergedInto }: Pick<Cart, 'ownerId' | 'mergedInto'>,
  userId: string | null,
): boolean => mergedInto === null && (ownerId === null || ownerId === userId);
