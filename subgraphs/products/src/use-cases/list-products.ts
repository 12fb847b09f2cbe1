import { batchedByTurn } from '@souk/runtime/process';
import { stockReasonOf } from '../domain/adjustment.ts';
import { slugTaken } from '../domain/errors.ts';
import type { NewProduct } from '../domain/new-product.ts';
import type { NewVariant } from '../domain/new-variant.ts';
import type { Product } from '../domain/product.ts';
import { freeSlugs, slugOfDraft, slugOfTitle } from '../domain/slug.ts';
import type { StockItem } from '../domain/stock.ts';
import { priceRangeOf, type Variant } from '../domain/variant.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ProductsDeps } from './deps.ts';

/** A product that was inserted, with everything that is announced about it. */
export interface ListedProduct {
  product: Product;
  categoryIds: readonly string[];
  variants: readonly Variant[];
  items: readonly StockItem[];
}

interface Listing {
  sellerId: string;
  actorId: string;
  newId: ProductsDeps['newId'];
  now: Date;
}

/**
 * Inserts products of a seller, who is locked and may list them, with their variants and initial stock: a
 * hundred take as many statements as one. The caller has checked that their SKUs are free, and announces them
 * afterwards.
 */
export async function listProducts(
  stores: Stores,
  wanted: readonly NewProduct[],
  { sellerId, actorId, newId, now }: Listing,
): Promise<ListedProduct[]> {
  if (wanted.length === 0) return [];
  const ids = wanted.map(() => newId('prd'));
  const slugs = await chooseSlugs(stores, wanted, ids);
  const listed = wanted.map((one, index) => {
    const [id, slug] = [ids[index] as string, slugs[index] as string];
    const product = productOf(one, { id, sellerId, slug, now });
    const forSale = product.status === 'ACTIVE';
    const variants = one.variants.map((variant, position) =>
      variantOf(variant, { id: newId('var'), product, position, now }),
    );
    const items = variants.map((variant, place) =>
      stockOf(one.variants[place] as NewVariant, { variant, product, forSale, now }),
    );
    return { product, categoryIds: one.categoryIds, variants, items };
  });
  await stores.products.insert(listed.map(({ product }) => product));
  const places = listed.flatMap(({ product, categoryIds }) =>
    categoryIds.map((categoryId) => ({ productId: product.id, categoryId })),
  );
  if (places.length > 0) await stores.products.addToCategories(places);
  const variants = listed.flatMap((one) => one.variants);
  const items = listed.flatMap((one) => one.items);
  await addVariants(stores, variants, items, { actorId, newId, now });
  const onSale = listed.filter(({ product }) => product.status === 'ACTIVE');
  if (onSale.length > 0) {
    await stores.variants.recordPrices(
      onSale.flatMap((one) => one.variants),
      now,
    );
  }
  return listed;
}

/** @throws SLUG_TAKEN for one that was requested */
async function chooseSlugs(
  { products }: Pick<Stores, 'products'>,
  wanted: readonly NewProduct[],
  ids: readonly string[],
): Promise<string[]> {
  const bases = wanted.map(
    ({ slug, title }, index) => slug ?? slugOfTitle(title, ids[index] as string),
  );
  const isDraft = (index: number) => wanted[index]?.status === 'DRAFT';
  const open = bases.filter((_, index) => !isDraft(index));
  if (open.length > 0) await products.lockSlugsOf(open);
  const isTaken = batchedByTurn(
    async (slugs: readonly string[]) => {
      const taken = await products.takenSlugs(slugs);
      return slugs.map((slug) => taken.has(slug));
    },
    { atMost: MOST_SLUGS },
  );
  const takenOf = async (slugs: readonly string[]) => {
    const answers = await Promise.all(slugs.map(isTaken));
    return new Set(slugs.filter((_, index) => answers[index]));
  };
  const free = await freeSlugs(open, takenOf);
  return bases.map((base, index) => {
    const id = ids[index] as string;
    if (isDraft(index)) return slugOfDraft(base, id);
    const slug = free.shift() as string;
    if (wanted[index]?.slug != null && slug !== base) throw slugTaken(base);
    return slug;
  });
}

/** How many slugs are looked up in one statement. */
const MOST_SLUGS = 10_000;

const productOf = (
  wanted: NewProduct,
  { id, sellerId, slug, now }: { id: string; sellerId: string; slug: string; now: Date },
): Product => ({
  id,
  sellerId,
  slug,
  title: wanted.title,
  description: wanted.description,
  status: wanted.status,
  options: wanted.options,
  currency: wanted.variants[0]?.currency as string,
  ...priceRangeOf(wanted.variants),
  version: 1,
  publishedAt: wanted.status === 'ACTIVE' ? now : null,
  archivedAt: null,
  createdAt: now,
  updatedAt: now,
});

export const variantOf = (
  { sku, title, selectedOptions, currency, priceMinor, ...wanted }: NewVariant,
  place: { id: string; product: Product; position: number; now: Date },
): Variant => ({
  id: place.id,
  productId: place.product.id,
  sellerId: place.product.sellerId,
  position: place.position,
  sku,
  title,
  selectedOptions,
  currency,
  priceMinor,
  compareAtPriceMinor: wanted.compareAtPriceMinor,
  unitCostMinor: wanted.unitCostMinor,
  weightGrams: wanted.weightGrams,
  version: 1,
  createdAt: place.now,
  updatedAt: place.now,
});

export const stockOf = (
  { onHand, lowStockThreshold, policy }: NewVariant,
  given: { variant: Variant; product: Product; forSale: boolean; now: Date },
): StockItem => ({
  variantId: given.variant.id,
  productId: given.product.id,
  sellerId: given.product.sellerId,
  title: given.product.title,
  sku: given.variant.sku,
  forSale: given.forSale,
  onHand,
  reserved: 0,
  lowStockThreshold,
  policy,
  updatedAt: given.now,
});

/** Inserts variants with their initial stock, and the first ledger line of each that has any. */
export async function addVariants(
  { variants: variantStore, stock }: Stores,
  variants: readonly Variant[],
  items: readonly StockItem[],
  { actorId, newId, now }: Pick<Listing, 'actorId' | 'newId' | 'now'>,
) {
  await variantStore.insert(variants);
  await stock.insert(items);
  await stock.record(
    items
      .filter(({ onHand }) => onHand > 0)
      .map(({ variantId, onHand }) => ({
        id: newId('mov'),
        variantId,
        onHandDelta: onHand,
        reservedDelta: 0,
        reason: stockReasonOf('RECEIVED'),
        adjustmentReason: 'RECEIVED' as const,
        orderId: null,
        sellerOrderId: null,
        actorId,
        note: null,
        occurredAt: now,
      })),
  );
}
