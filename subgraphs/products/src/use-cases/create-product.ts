import { categoryNotFound, skuTaken, slugTaken } from '../domain/errors.ts';
import { type CreateProductInput, checkedProduct, type NewProduct } from '../domain/new-product.ts';
import type { NewVariant } from '../domain/new-variant.ts';
import { type Actor, assertMaySell } from '../domain/permissions.ts';
import type { Product } from '../domain/product.ts';
import { freeSlug, slugOfTitle } from '../domain/slug.ts';
import type { StockItem } from '../domain/stock.ts';
import { priceRangeOf, type Variant } from '../domain/variant.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ProductsDeps } from './deps.ts';
import { appendInventoryUpdated, appendProductCreated } from './product-events.ts';
import { retryWhenTaken } from './unique-names.ts';

/** Lists a product with its variants and their first stock; gives its id. */
export async function createProduct(
  { transaction, clock, newId, config }: ProductsDeps,
  actor: Actor,
  input: CreateProductInput,
): Promise<string> {
  assertMaySell(actor, config.sellers);
  const wanted = checkedProduct(input);
  const request = { scope: `createProduct:${actor.userId}`, key: input.idempotencyKey, input };
  return retryWhenTaken(() =>
    transaction(async (stores) => {
      const { result } = await stores.idempotency.once(request, async () => {
        await assertKnownCategories(stores, wanted.categoryIds);
        await assertFreeSkus(stores, wanted.variants);
        const now = clock();
        const slug = await chooseSlug(stores, wanted);
        const product = productOf(wanted, { id: newId('prd'), sellerId: actor.userId, slug, now });
        const variants = wanted.variants.map((variant, position) =>
          variantOf(variant, { id: newId('var'), productId: product.id, position, now }),
        );
        await stores.products.insert(product);
        await stores.products.setCategories(product.id, wanted.categoryIds);
        await addVariants(stores, wanted.variants, variants, { actor, newId, now });
        for (const [index, variant] of variants.entries()) {
          const item = stockOf(wanted.variants[index] as NewVariant, variant, now);
          await appendInventoryUpdated(stores.events, item, {
            previousAvailable: 0,
            isPublic: false,
          });
        }
        // Last, since it locks the stream of the whole catalogue.
        await appendProductCreated(stores.events, product, variants);
        return product.id;
      });
      return result;
    }),
  );
}

export async function assertKnownCategories({ categories }: Stores, ids: readonly string[]) {
  if (ids.length === 0) return;
  const known = new Set((await categories.findMany(ids)).map(({ id }) => id));
  const unknown = ids.findIndex((id) => !known.has(id));
  if (unknown >= 0) throw categoryNotFound(['input', 'categoryIds', unknown]);
}

async function assertFreeSkus({ variants }: Stores, wanted: readonly NewVariant[]) {
  const [taken] = await variants.findManyBySku(wanted.map(({ sku }) => sku));
  if (!taken) return;
  const index = wanted.findIndex(({ sku }) => sku === taken.sku);
  throw skuTaken(taken.sku, ['input', 'variants', index, 'sku']);
}

async function chooseSlug({ products }: Stores, { slug, title }: NewProduct): Promise<string> {
  const base = slug ?? slugOfTitle(title);
  const taken = await products.slugsLike(base);
  if (slug !== null && taken.has(slug)) throw slugTaken(slug);
  return freeSlug(base, taken);
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
  place: { id: string; productId: string; position: number; now: Date },
): Variant => ({
  id: place.id,
  productId: place.productId,
  position: place.position,
  sku,
  title,
  selectedOptions,
  currency,
  priceMinor,
  compareAtPriceMinor: wanted.compareAtPriceMinor,
  weightGrams: wanted.weightGrams,
  version: 1,
  createdAt: place.now,
  updatedAt: place.now,
});

export const stockOf = (
  { onHand, lowStockThreshold, policy }: NewVariant,
  { id, productId }: Variant,
  now: Date,
): StockItem => ({
  variantId: id,
  productId,
  onHand,
  reserved: 0,
  lowStockThreshold,
  policy,
  updatedAt: now,
});

/** Writes variants with their first stock, and the ledger's first line of each that has any. */
export async function addVariants(
  { variants: variantStore, stock }: Stores,
  wanted: readonly NewVariant[],
  variants: readonly Variant[],
  { actor, newId, now }: { actor: Actor; newId: ProductsDeps['newId']; now: Date },
) {
  const items = variants.map((variant, index) =>
    stockOf(wanted[index] as NewVariant, variant, now),
  );
  await variantStore.insert(variants);
  await stock.insert(items.map(({ productId: _, ...item }) => item));
  await stock.record(
    items
      .filter(({ onHand }) => onHand > 0)
      .map(({ variantId, onHand }) => ({
        id: newId('mov'),
        variantId,
        onHandDelta: onHand,
        reservedDelta: 0,
        reason: 'ADJUSTMENT' as const,
        orderId: null,
        actorId: actor.userId,
        note: null,
        occurredAt: now,
      })),
  );
}
