import { badInput, isIdOf } from '@souk/runtime/domain';
import { bareMark, CATALOG_STREAM, type RecordedEvent } from '@souk/runtime/events';
import type { FollowedStream, StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import { readsEverything } from '../domain/actor.ts';
import { maySee } from '../domain/permissions.ts';
import type { Product } from '../domain/product.ts';
import { PUBLIC_FIELDS } from '../domain/seller.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import type { ShownOfCatalogue } from './models.ts';

/** What a subscriber of the catalogue asks for; without conditions, everything. */
export interface CatalogInterest {
  productIds: ReadonlySet<string>;
  variantIds: ReadonlySet<string>;
}

const MAX_IDS = 100;

export function checkedInterest(args: {
  productIds?: readonly string[] | null;
  variantIds?: readonly string[] | null;
}): CatalogInterest | null {
  if (args.productIds == null && args.variantIds == null) return null;
  return {
    productIds: checkedIds('prd', args.productIds ?? [], 'productIds'),
    variantIds: checkedIds('var', args.variantIds ?? [], 'variantIds'),
  };
}

function checkedIds(prefix: 'prd' | 'var', ids: readonly string[], name: string): Set<string> {
  if (ids.length > MAX_IDS) throw badInput(`At most ${MAX_IDS} at once.`, [name]);
  const foreign = ids.findIndex((id) => !isIdOf(prefix, id));
  if (foreign >= 0) throw badInput('This id belongs to something else.', [name, foreign]);
  return new Set(ids);
}

/** The catalogue's stream, without events that do not match or may no longer be seen. */
export const catalogueFor = (
  interest: CatalogInterest | null,
  context: Context,
): FollowedStream<ShownOfCatalogue> => ({
  stream: CATALOG_STREAM,
  shared: !context.shared && !readsEverything(context.viewer),
  show: (event, place) => shownOfCatalogue(event, place, context, interest),
});

/** An event about sellers or products as a client sees it, if it matches and may be seen. */
export async function shownOfCatalogue(
  event: RecordedEvent,
  place: StreamPlace,
  context: Context,
  interest: CatalogInterest | null = null,
): Promise<ShownOfCatalogue | null> {
  if (event.type === 'products.SellerUpdated') {
    return (await sellsAny(event.payload.sellerId, interest, context))
      ? shownSeller(event, place, context)
      : null;
  }
  if (event.type === 'products.ProductDeleted') {
    const { productId } = event.payload;
    const isOfInterest = !interest || interest.productIds.has(productId);
    return isOfInterest ? { __typename: 'ProductDeleted', ...place, productId } : null;
  }
  return isOfCatalogue(event) && concerns(event, interest) ? shown(event, place, context) : null;
}

/** An event of a seller concerns everybody who follows anything of theirs. */
async function sellsAny(
  sellerId: string,
  interest: CatalogInterest | null,
  { loaders }: Context,
): Promise<boolean> {
  if (!interest) return true;
  const found = await Promise.all([
    loaders.product.loadMany([...interest.productIds]),
    loaders.variant.loadMany([...interest.variantIds]),
  ]);
  return found.flat().some((one) => one && 'sellerId' in one && one.sellerId === sellerId);
}

async function shownSeller(
  { payload }: RecordedEvent<'products.SellerUpdated'>,
  place: StreamPlace,
  { loaders }: Context,
): Promise<ShownOfCatalogue | null> {
  const seller = await loaders.seller.load(payload.sellerId);
  const changed = payload.changed.filter((name) => PUBLIC_FIELDS.includes(name));
  if (!seller || changed.length === 0) return null;
  return { __typename: 'SellerChanged', ...place, seller, changed };
}

async function shown(
  { type, payload }: CatalogEvent,
  place: StreamPlace,
  context: Context,
): Promise<ShownOfCatalogue | null> {
  const { shared, loaders } = context;
  const product = await loaders.product.load(payload.productId);
  if (!product) return null;
  if (!maySee(await actorOfViewer(context), product)) {
    return shared ? forItsSeller(product, context) : null;
  }
  if (type === 'products.InventoryUpdated') {
    const { variantId, previousAvailability, availability } = payload;
    const variant = await loaders.variant.load(variantId);
    // Events of version 1 are in this stream for each change of the count.
    if (!variant || previousAvailability === availability) return null;
    const change = { variant, previousAvailability, availability };
    return { __typename: 'InventoryChanged', ...place, ...change };
  }
  const changed = type === 'products.ProductUpdated' ? payload.changed : ALL_FIELDS;
  return { __typename: 'ProductChanged', ...place, product, changed: [...changed] };
}

const CATALOG_EVENTS = [
  'products.ProductCreated',
  'products.ProductUpdated',
  'products.InventoryUpdated',
] as const;
type CatalogEvent = RecordedEvent<(typeof CATALOG_EVENTS)[number]>;

const isOfCatalogue = (event: RecordedEvent): event is CatalogEvent =>
  (CATALOG_EVENTS as readonly string[]).includes(event.type);

/**
 * In a shared stream, people who work for the seller are moved to a stream of their own for what only they
 * may see.
 */
async function forItsSeller({ sellerId }: Product, { loaders }: Context) {
  const members = await loaders.membersOfSeller.load(sellerId);
  return bareMark<ShownOfCatalogue>({ reauthorise: members.map(({ userId }) => userId) });
}

/** For a new product, everything. */
const ALL_FIELDS = ['title', 'slug', 'description', 'status', 'categories', 'options', 'variants'];

function concerns({ type, payload }: CatalogEvent, interest: CatalogInterest | null): boolean {
  if (!interest) return true;
  const { productIds, variantIds } = interest;
  if (productIds.has(payload.productId)) return true;
  return type === 'products.InventoryUpdated'
    ? variantIds.has(payload.variantId)
    : payload.variants.some(({ variantId }) => variantIds.has(variantId));
}
