import type { PostalAddress } from '@souk/runtime/domain';

/** As many lines as an order may have: what is in a cart can be ordered at once. */
export const MAX_CART_LINES = 100;

/** What somebody is about to buy. */
export interface Cart {
  id: string;
  /** Null: a guest's, whose id is the right to use it. */
  ownerId: string | null;
  /** Names its event stream without telling its id. */
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
  /** The cart into which this one went. */
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
  /** What it was called and what one cost when its owner last agreed to it. */
  title: string;
  currency: string;
  unitPriceMinor: number;
  addedAt: Date;
}

export type CartNoticeKind = 'LINE_ADDED' | 'QUANTITY_RAISED' | 'QUANTITY_CAPPED' | 'CODE_LEFT_OUT';

/** Something that was done to a cart while its owner did not look. */
export interface CartNotice {
  kind: CartNoticeKind;
  /** Null: of no line, but of a discount code, which is the title then. */
  variantId: string | null;
  title: string;
  /** How many the line holds since, and held before. */
  quantity: number;
  previousQuantity: number;
  /** How many it would hold, were there no limit. */
  wantedQuantity: number;
}

/** What is said of it, found when it is read. A client with other words finds its own by the kind. */
export function wordsOfNotice(notice: CartNotice): string {
  const { kind, title, quantity, previousQuantity, wantedQuantity } = notice;
  if (kind === 'LINE_ADDED') return `${title} was added.`;
  if (kind === 'CODE_LEFT_OUT') return `${title} is one code too many, and was left out.`;
  return kind === 'QUANTITY_RAISED'
    ? `${title}: there are ${quantity} now instead of ${previousQuantity}.`
    : `${title}: ${wantedQuantity} would be too many; there are ${quantity} now.`;
}

/** Whether somebody may use a cart of which they know the id. */
export const mayUseCart = (
  { ownerId, mergedInto }: Pick<Cart, 'ownerId' | 'mergedInto'>,
  userId: string | null,
): boolean => mergedInto === null && (ownerId === null || ownerId === userId);
