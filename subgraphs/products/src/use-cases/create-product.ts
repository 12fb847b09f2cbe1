import { checkEach } from '@souk/runtime/domain';
import type { SignedIn } from '../domain/actor.ts';
import { stockReasonOf } from '../domain/adjustment.ts';
import { categoryNotFound, skuTaken, slugTaken } from '../domain/errors.ts';
import { type CreateProductInput, checkedProduct, type NewProduct } from '../domain/new-product.ts';
import type { NewVariant } from '../domain/new-variant.ts';
import type { Product } from '../domain/product.ts';
import { freeSlug, slugOfDraft, slugOfTitle } from '../domain/slug.ts';
import type { StockItem } from '../domain/stock.ts';
import { priceRangeOf, skuKeyOf, type Variant } from '../domain/variant.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ProductsDeps } from './deps.ts';
import { appendNewInventory, appendProductCreated } from './product-events.ts';
import { sellerToListFor } from './selling.ts';
import { awaitingPictures, changePictures } from './show-pictures.ts';
import { retryWhenTaken } from './unique-names.ts';

/** Lists a product with its variants and their first stock. */
export async function createProduct(
  { transaction, clock, newId, config }: ProductsDeps,
  viewer: SignedIn,
  input: CreateProductInput,
): Promise<{ productId: string; replayed: boolean }> {
  const wanted = checkedProduct(input);
  const run = awaitingPictures({ transaction, clock }, input.mediaIds);
  const request = { scope: `createProduct:${viewer.userId}`, key: input.idempotencyKey, input };
  return retryWhenTaken(() =>
    run(async (stores) => {
      const { result, replayed } = await stores.idempotency.once(request, async () => {
        const now = clock();
        const seller = await sellerToListFor(
          stores,
          viewer,
          { sellerId: input.sellerId ?? null, publish: wanted.status === 'ACTIVE' },
          { config, now },
        );
        await assertKnownCategories(stores, wanted.categoryIds);
        await assertFreeSkus(stores, seller.id, wanted.variants);
        const id = newId('prd');
        const slug = await chooseSlug(stores, wanted, id);
        const product = productOf(wanted, { id, sellerId: seller.id, slug, now });
        const variants = wanted.variants.map((variant, position) =>
          variantOf(variant, { id: newId('var'), product, position, now }),
        );
        await stores.products.insert(product);
        await stores.products.setCategories(product.id, wanted.categoryIds);
        await changePictures(stores, viewer.userId, input.mediaIds, { holder: 'product', id });
        const forSale = product.status === 'ACTIVE';
        const items = variants.map((variant, index) =>
          stockOf(wanted.variants[index] as NewVariant, { variant, product, forSale, now }),
        );
        await addVariants(stores, variants, items, { viewer, newId, now });
        if (product.status === 'ACTIVE') await stores.variants.recordPrices(variants, now);
        for (const item of items) await appendNewInventory(stores.events, item);
        // Last, since it locks the stream of the whole catalogue.
        await appendProductCreated(stores, product, variants);
        return product.id;
      });
      return { productId: result, replayed };
    }),
  );
}

export async function assertKnownCategories({ categories }: Stores, ids: readonly string[]) {
  if (ids.length === 0) return;
  const known = new Set((await categories.findMany(ids)).map(({ id }) => id));
  checkEach(ids, (id, index) => {
    if (!known.has(id)) throw categoryNotFound(['input', 'categoryIds', index]);
  });
}

export async function assertFreeSkus(
  { variants }: Stores,
  sellerId: string,
  wanted: readonly Pick<NewVariant, 'sku'>[],
) {
  const present = await variants.findManyBySku(wanted.map(({ sku }) => ({ sellerId, sku })));
  const taken = new Map(present.map(({ sku }) => [skuKeyOf(sku), sku]));
  checkEach(wanted, ({ sku }, index) => {
    const other = taken.get(skuKeyOf(sku));
    if (other !== undefined) throw skuTaken(other, ['input', 'variants', index, 'sku']);
  });
}

/** @throws SLUG_TAKEN */
export async function assertFreeSlug(
  products: Pick<Stores['products'], 'takenSlugs'>,
  slug: string,
  /** The product itself gets back what it was called once. */
  id: string | null = null,
): Promise<string> {
  if ((await products.takenSlugs([slug], id)).size > 0) throw slugTaken(slug);
  return slug;
}

async function chooseSlug({ products }: Stores, { slug, title, status }: NewProduct, id: string) {
  const base = slug ?? slugOfTitle(title, id);
  if (status === 'DRAFT') return slugOfDraft(base, id);
  await products.lockSlugsOf(base);
  if (slug !== null) return assertFreeSlug(products, slug);
  return freeSlug(base, (slugs) => products.takenSlugs(slugs));
}

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

/** Writes variants with their first stock, and the ledger's first line of each that has any. */
export async function addVariants(
  { variants: variantStore, stock }: Stores,
  variants: readonly Variant[],
  items: readonly StockItem[],
  { viewer, newId, now }: { viewer: SignedIn; newId: ProductsDeps['newId']; now: Date },
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
        actorId: viewer.userId,
        note: null,
        occurredAt: now,
      })),
  );
}
