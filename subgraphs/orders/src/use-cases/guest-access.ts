import { createHash, randomBytes } from 'node:crypto';
import type { Viewer } from '@souk/runtime/domain';
import type { OrdersConfig } from '../config.ts';
import type { Order } from '../domain/order.ts';
import type { Stores } from '../persistence/stores.ts';

/** Who asks about an order: somebody who is signed in, or a guest with a token. */
export interface OrderAsker {
  viewer: Viewer | null;
  guestToken?: string | null | undefined;
}

/** A guest's right to read one order and to act as its buyer. */
export interface GuestAccess {
  token: string;
  url: string;
  expiresAt: Date;
}

const DAY_MS = 86_400_000;
const GUEST_DAYS = 180;

const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Gives a guest the right to an order; the token is told now and never again. */
export async function grantGuestAccess(
  { guestAccess }: Pick<Stores, 'guestAccess'>,
  { id: orderId, number }: Pick<Order, 'id' | 'number'>,
  { config, now }: { config: Pick<OrdersConfig, 'guestOrderUrl'>; now: Date },
): Promise<GuestAccess> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + GUEST_DAYS * DAY_MS);
  await guestAccess.insert({ digest: digestOf(token), orderId, createdAt: now, expiresAt });
  const url = config.guestOrderUrl
    .replaceAll('{number}', encodeURIComponent(number))
    .replaceAll('{token}', token);
  return { token, url, expiresAt };
}

/** Whether somebody is the buyer of an order, or the guest who is. */
export async function isBuyer(
  { guestAccess }: Pick<Stores, 'guestAccess'>,
  { viewer, guestToken }: OrderAsker,
  order: Pick<Order, 'id' | 'buyerId'>,
  now: Date,
): Promise<boolean> {
  if (order.buyerId !== null) return viewer?.userId === order.buyerId;
  if (guestToken == null) return false;
  return (await guestAccess.orderOf(digestOf(guestToken), now)) === order.id;
}
