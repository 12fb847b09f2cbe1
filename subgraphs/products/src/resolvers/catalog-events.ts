import { badInput, isIdOf } from '@souk/runtime/domain';
import { bareMark, CATALOG_STREAM, type RecordedEvent } from '@souk/runtime/events';
import type { FollowedStream, StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import { maySee, readsEverything } from '../domain/permissions.ts';
import type { Product } from '../domain/product.ts';
import type { InventoryChangedModel, ProductChangedModel } from './models.ts';

/** What a subscriber of the catalogue asks for; nothing given means everything. */
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
  if (foreign >= 0) throw badInput('This id is of something else.', [name, foreign]);
  return new Set(ids);
}

type ShownEvent = InventoryChangedModel | ProductChangedModel;

/** The catalogue's stream, without what is of no interest or no longer to be seen. */
export const catalogueFor = (
  interest: CatalogInterest | null,
  context: Context,
): FollowedStream<ShownEvent> => ({
  stream: CATALOG_STREAM,
  shared: !context.shared && !readsEverything(context.viewer),
  show: (event, place) =>
    isOfCatalogue(event) && concerns(event, interest) ? shown(event, place, context) : null,
});

async function shown(
  { type, payload }: CatalogEvent,
  place: StreamPlace,
  { viewer, shared, loaders }: Context,
): Promise<ShownEvent | null> {
  const product = await loaders.product.load(payload.productId);
  if (!product) return null;
  if (!maySee(viewer, product)) return shared ? forItsSeller(product) : null;
  if (type === 'products.InventoryUpdated') {
    const { variantId, previousAvailability, availability } = payload;
    const variant = await loaders.variant.load(variantId);
    // Records of version 1 are in this stream for each change of the count.
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

/** In a stream for all, the seller is sent to a stream of their own for what only they may see. */
const forItsSeller = ({ sellerId }: Product) => bareMark<ShownEvent>({ reauthorise: [sellerId] });

/** Of a product that is new, everything is. */
const ALL_FIELDS = ['title', 'slug', 'description', 'status', 'categories', 'options', 'variants'];

function concerns({ type, payload }: CatalogEvent, interest: CatalogInterest | null): boolean {
  if (!interest) return true;
  const { productIds, variantIds } = interest;
  if (productIds.has(payload.productId)) return true;
  return type === 'products.InventoryUpdated'
    ? variantIds.has(payload.variantId)
    : payload.variants.some(({ variantId }) => variantIds.has(variantId));
}
