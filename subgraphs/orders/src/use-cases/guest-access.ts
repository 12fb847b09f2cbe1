import { createHmac } from 'node:crypto';
import type { Viewer } from '@souk/runtime/domain';
import { DAY_MS, digestOf } from '@souk/runtime/domain';
import type { OrdersConfig } from '../config.ts';
import type { Order } from '../domain/order.ts';
import type { StoredGuestAccess } from '../persistence/guest-access-store.ts';
import type { Stores } from '../persistence/stores.ts';

/** Who asks about an order: a signed-in person, or a guest with a token. */
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

interface GuestAccessDeps {
  config: Pick<OrdersConfig, 'guestOrderUrl'>;
  /** The first secret makes guests' tokens; tokens made with the others are valid. */
  guestSecrets: readonly string[];
}

const GUEST_DAYS = 180;

/** Identifies a token where it must not be stored itself. */
export const scopeOfGuest = (secret: string | null | undefined): string =>
  `guest:${secret == null ? '' : digestOf(secret)}`;

/**
 * Gives a guest access to an order. The token is derived from the order and its generation, so a repeat of
 * the request can show it again.
 */
export async function grantGuestAccess(
  { guestAccess }: Pick<Stores, 'guestAccess'>,
  { id: orderId, number }: Pick<Order, 'id' | 'number'>,
  {
    config,
    guestSecrets: [newest],
    now,
    generation = 0,
  }: GuestAccessDeps & { now: Date; generation?: number },
): Promise<GuestAccess> {
  if (newest === undefined) throw new Error('There is no secret to make tokens with.');
  const token = tokenFor({ orderId, generation }, newest);
  const expiresAt = new Date(now.getTime() + GUEST_DAYS * DAY_MS);
  const access = { orderId, generation, createdAt: now, expiresAt };
  await guestAccess.insert({ ...access, digest: digestOf(token) });
  return { token, url: urlOf(config, number, token), expiresAt };
}

/** Issues a new token, and ends the previous ones: a link that fell into the wrong hands becomes useless. */
export async function renewGuestAccess(
  stores: Pick<Stores, 'guestAccess'>,
  order: Pick<Order, 'id' | 'number'>,
  deps: GuestAccessDeps & { now: Date },
): Promise<GuestAccess> {
  const generation = await stores.guestAccess.renew(order.id);
  return grantGuestAccess(stores, order, { ...deps, generation });
}

/**
 * The access that a guest already has to an order; null for an order of an account, and when the secret that
 * made the token is gone, so that it cannot be shown again.
 */
export async function guestAccessTo(
  { guestAccess }: Pick<Stores, 'guestAccess'>,
  { id, number, buyerId }: Pick<Order, 'id' | 'number' | 'buyerId'>,
  { config, guestSecrets }: GuestAccessDeps,
): Promise<GuestAccess | null> {
  const known = buyerId === null ? await guestAccess.findOf(id) : null;
  if (!known) return null;
  const token = tokenAgain(known, guestSecrets);
  if (token === undefined) return null;
  return { token, url: urlOf(config, number, token), expiresAt: known.expiresAt };
}

/** The token of an existing access, with whichever secret made it. */
export const tokenAgain = (
  known: Pick<StoredGuestAccess, 'orderId' | 'generation' | 'digest'>,
  secrets: readonly string[],
): string | undefined =>
  secrets
    .map((secret) => tokenFor(known, secret))
    .find((token) => digestOf(token) === known.digest);

/** The first token of an order is derived from the order alone, like those issued in the past. */
export const tokenFor = (
  { orderId, generation }: { orderId: string; generation: number },
  guestSecret: string,
): string =>
  createHmac('sha256', guestSecret)
    .update(`guest order ${orderId}${generation === 0 ? '' : ` ${generation}`}`)
    .digest('base64url');

const urlOf = (
  { guestOrderUrl }: Pick<OrdersConfig, 'guestOrderUrl'>,
  number: string,
  token: string,
): string =>
  guestOrderUrl.replaceAll('{number}', encodeURIComponent(number)).replaceAll('{token}', token);

/** Whether somebody is the buyer of an order, or its guest. */
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
