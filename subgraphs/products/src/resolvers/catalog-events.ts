import {
  badInput,
  bareMark,
  isBareMark,
  isIdOf,
  type PayloadOf,
  type RecordedEvent,
  type StreamItem,
  type StreamResetReason,
  selectItems,
} from '@souk/runtime';
import type { Context } from '../context.ts';
import { maySee, readsEverything } from '../domain/permissions.ts';
import type { Product } from '../domain/product.ts';
import { CATALOG_STREAM } from '../use-cases/product-events.ts';
import type { InventoryChangedModel, ProductChangedModel } from './models.ts';

/** What a follower of the catalogue asks for; nothing given means everything. */
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

export type CatalogItem =
  | InventoryChangedModel
  | ProductChangedModel
  | (Pick<StreamItem, 'cursor' | 'occurredAt'> &
      (
        | { __typename: 'CaughtUp'; replayed: number }
        | { __typename: 'StreamReset'; reason: StreamResetReason }
      ));

/** Follows the catalogue, leaving out what is of no interest or no longer to be seen. */
export async function followCatalog(
  interest: CatalogInterest | null,
  after: string | null | undefined,
  context: Context,
): Promise<AsyncIterableIterator<CatalogItem>> {
  const items = await context.live.follow({ stream: CATALOG_STREAM, after });
  let sent = 0;
  const select = async (item: StreamItem) => {
    const selected = await catalogItemOf(item, interest, context, sent);
    if (selected && !isBareMark(selected)) sent += 1;
    return selected;
  };
  return selectItems(items, select, {
    shared: !context.shared && !readsEverything(context.viewer),
  });
}

async function catalogItemOf(
  item: StreamItem,
  interest: CatalogInterest | null,
  context: Context,
  sent: number,
): Promise<CatalogItem | null> {
  const { cursor, occurredAt } = item;
  if (item.kind === 'caughtUp') {
    return { __typename: 'CaughtUp', cursor, occurredAt, replayed: Math.min(sent, item.replayed) };
  }
  if (item.kind === 'reset') {
    return { __typename: 'StreamReset', cursor, occurredAt, reason: item.reason };
  }
  if (!concerns(item.event, interest)) return null;
  context.reload();
  const { type } = item.event;
  const payload = item.event.payload as CatalogPayload;
  const product = await context.loaders.product.load(payload.productId);
  if (!product) return null;
  if (!maySee(context.viewer, product)) return context.shared ? forItsSeller(product) : null;
  if (type === 'products.InventoryUpdated') {
    const { variantId, previousAvailability, availability } =
      payload as PayloadOf<'products.InventoryUpdated'>;
    const variant = await context.loaders.variant.load(variantId);
    // Older records have no availability: they told each change of the count.
    if (!variant || previousAvailability === availability) return null;
    const change = { variant, previousAvailability, availability };
    return { __typename: 'InventoryChanged', cursor, occurredAt, ...change };
  }
  const changed =
    type === 'products.ProductUpdated' ? (payload as PayloadOf<typeof type>).changed : ALL_FIELDS;
  return { __typename: 'ProductChanged', cursor, occurredAt, product, changed: [...changed] };
}

type CatalogPayload = PayloadOf<
  'products.ProductCreated' | 'products.ProductUpdated' | 'products.InventoryUpdated'
>;

/** In a stream for all, what only its seller sees is told to them when they follow by themselves. */
const forItsSeller = ({ sellerId }: Product) => bareMark<CatalogItem>({ recheck: [sellerId] });

/** Of a product that is new, everything is. */
const ALL_FIELDS = ['title', 'slug', 'description', 'status', 'categories', 'options', 'variants'];

function concerns({ type, payload }: RecordedEvent, interest: CatalogInterest | null): boolean {
  if (!interest) return true;
  const { productIds, variantIds } = interest;
  if (type === 'products.InventoryUpdated') {
    const { productId, variantId } = payload as PayloadOf<typeof type>;
    return productIds.has(productId) || variantIds.has(variantId);
  }
  const { productId, variants } = payload as PayloadOf<'products.ProductCreated'>;
  return productIds.has(productId) || variants.some(({ variantId }) => variantIds.has(variantId));
}
