import { isIdOf } from '@souk/runtime/domain';
import { assertVariantChange } from '../domain/changes.ts';
import {
  badInput,
  oversold,
  productNotFound,
  skuTaken,
  tooManyVariants,
  variantNotFound,
  versionConflict,
} from '../domain/errors.ts';
import { MAX_VARIANTS } from '../domain/new-product.ts';
import {
  checkedPrices,
  checkedSku,
  checkedThreshold,
  checkedVariant,
  checkedWeight,
  selectionKey,
} from '../domain/new-variant.ts';
import { type Actor, assertMaySell } from '../domain/permissions.ts';
import type { Product } from '../domain/product.ts';
import type { InventoryPolicy } from '../domain/stock.ts';
import { priceRangeOf, type SelectedOption, type Variant } from '../domain/variant.ts';
import type { Stores } from '../persistence/stores.ts';
import { addVariants, stockOf, variantOf } from './create-product.ts';
import type { ProductsDeps } from './deps.ts';
import {
  appendInventoryChanges,
  appendNewInventory,
  appendProductUpdated,
  type InventoryChange,
  lockStreamsOf,
} from './product-events.ts';
import { retryWhenTaken } from './unique-names.ts';
import { productToChange } from './update-product.ts';

export interface SaveVariantInput {
  id?: string | null;
  expectedVersion?: number | null;
  productId?: string | null;
  sku?: string | null;
  title?: string | null;
  priceMinor?: number | null;
  compareAtPriceMinor?: number | null;
  weightGrams?: number | null;
  onHand?: number | null;
  lowStockThreshold?: number | null;
  inventoryPolicy?: InventoryPolicy | null;
  selectedOptions?: readonly SelectedOption[] | null;
}

type Tools = Parameters<Parameters<ProductsDeps['transaction']>[0]>[0];

const PATH = ['input'];

/** Adds a variant to a product or changes one; gives its id. */
export const saveVariant = (
  deps: ProductsDeps,
  actor: Actor,
  input: SaveVariantInput,
): Promise<string> => {
  if ((input.id == null) === (input.productId == null)) {
    throw badInput('Give the `id` of a variant, or the `productId` of a new one.', PATH);
  }
  assertVariantChange(input);
  return retryWhenTaken(() =>
    deps.transaction((stores) =>
      input.id == null
        ? addVariant(deps, stores, actor, input)
        : changeVariant(deps, stores, actor, { ...input, id: input.id }),
    ),
  );
};

async function addVariant(
  { clock, newId, config }: ProductsDeps,
  stores: Tools,
  actor: Actor,
  input: SaveVariantInput,
): Promise<string> {
  assertMaySell(actor, config.sellers);
  const { sku, priceMinor } = input;
  if (sku == null) throw badInput('A new variant has a SKU.', [...PATH, 'sku']);
  if (priceMinor == null) throw badInput('A new variant has a price.', [...PATH, 'priceMinor']);
  const product = await productToChange(stores, actor, String(input.productId), () =>
    productNotFound([...PATH, 'productId']),
  );
  const present = await stores.variants.ofProducts([product.id]);
  if (present.length >= MAX_VARIANTS) throw tooManyVariants(MAX_VARIANTS);
  const { options, title: productTitle, currency } = product;
  const asked = { ...input, sku, priceMinor, currency };
  const wanted = checkedVariant(asked, { options, productTitle, path: PATH });
  const selection = selectionKey(wanted.selectedOptions);
  if (present.some((other) => selectionKey(other.selectedOptions) === selection)) {
    throw badInput('Another variant has the same options.', [...PATH, 'selectedOptions']);
  }
  await assertFreeSku(stores, { id: null, sellerId: product.sellerId, sku: wanted.sku });
  const now = clock();
  const position = Math.max(...present.map((other) => other.position)) + 1;
  const variant = variantOf(wanted, { id: newId('var'), product, position, now });
  const item = stockOf(wanted, { variant, product, now });
  await addVariants(stores, [variant], [item], { actor, newId, now });
  const variants = [...present, variant];
  const updated = await changeProduct(stores, product, variants, now);
  await appendProductUpdated(stores.events, updated, variants, ['variants']);
  await appendNewInventory(stores.events, item);
  return variant.id;
}

async function changeVariant(
  { clock }: ProductsDeps,
  stores: Tools,
  actor: Actor,
  input: SaveVariantInput & { id: string },
): Promise<string> {
  const notFound = () => variantNotFound([...PATH, 'id']);
  const known = isIdOf('var', input.id) ? await stores.variants.find(input.id) : null;
  if (!known) throw notFound();
  const product = await productToChange(stores, actor, known.productId, notFound);
  if (input.onHand != null || input.selectedOptions != null) {
    throw badInput('Stock is changed by adjustInventory; options stay as they are.', PATH);
  }
  // Read again under the product's lock, so that two changes do not undo each other.
  const present = await stores.variants.ofProducts([product.id]);
  const variant = present.find(({ id }) => id === input.id);
  if (!variant) throw notFound();
  if (input.expectedVersion != null && input.expectedVersion !== variant.version) {
    throw versionConflict(variant.version);
  }
  const now = clock();
  const next = changedVariant(variant, input);
  if (next.sku !== variant.sku) await assertFreeSku(stores, next);
  // All rows are written before the first event: who holds a stream never waits for a row.
  const restocked = await changeStockRules(stores, input, now);
  const isChanged = !isSame(variant, next);
  const updated = { ...next, version: variant.version + 1, updatedAt: now };
  const variants = present.map((other) => (other.id === updated.id ? updated : other));
  if (isChanged) await stores.variants.update(updated);
  const inProduct = isChanged ? await changeProduct(stores, product, variants, now) : null;
  if (restocked) {
    await lockStreamsOf(stores.events, product);
    await appendInventoryChanges(stores.events, [restocked]);
  }
  if (inProduct) await appendProductUpdated(stores.events, inProduct, variants, ['variants']);
  return variant.id;
}

function changedVariant(variant: Variant, input: SaveVariantInput): Variant {
  const { sku, title, priceMinor, compareAtPriceMinor, weightGrams } = input;
  const before =
    compareAtPriceMinor === undefined ? variant.compareAtPriceMinor : compareAtPriceMinor;
  return {
    ...variant,
    sku: sku == null ? variant.sku : checkedSku(sku, [...PATH, 'sku']),
    title: title ?? variant.title,
    ...checkedPrices(priceMinor ?? variant.priceMinor, before, PATH),
    weightGrams: weightGrams === undefined ? variant.weightGrams : checkedWeight(weightGrams, PATH),
  };
}

const isSame = (a: Variant, b: Variant): boolean =>
  (['sku', 'title', 'priceMinor', 'compareAtPriceMinor', 'weightGrams'] as const).every(
    (field) => a[field] === b[field],
  );

/** Changes when a stock is low and whether it sells on; null when that is as it was. */
async function changeStockRules(
  { stock }: Stores,
  input: SaveVariantInput & { id: string },
  now: Date,
): Promise<InventoryChange | null> {
  const { inventoryPolicy, lowStockThreshold } = input;
  if (inventoryPolicy == null && lowStockThreshold === undefined) return null;
  const [item] = await stock.findMany([input.id]);
  if (!item) return null;
  const rules = {
    variantId: item.variantId,
    policy: inventoryPolicy ?? item.policy,
    lowStockThreshold:
      lowStockThreshold === undefined
        ? item.lowStockThreshold
        : checkedThreshold(lowStockThreshold, PATH),
  };
  const changed = await stock.setRules(rules, now);
  if (!changed) throw oversold();
  const { policy, lowStockThreshold: threshold } = item;
  if (changed.policy === policy && changed.lowStockThreshold === threshold) return null;
  return { item: changed, before: { ...changed, policy, lowStockThreshold: threshold } };
}

/** The product with its variants' prices, one version on. */
async function changeProduct(
  { products }: Stores,
  product: Product,
  variants: readonly Variant[],
  now: Date,
): Promise<Product> {
  const updated = {
    ...product,
    ...priceRangeOf(variants),
    version: product.version + 1,
    updatedAt: now,
  };
  await products.update(updated);
  return updated;
}

async function assertFreeSku(
  { variants }: Stores,
  { id, sellerId, sku }: { id: string | null; sellerId: string; sku: string },
) {
  const [taken] = await variants.findManyBySku([{ sellerId, sku }]);
  if (taken && taken.id !== id) throw skuTaken(taken.sku, [...PATH, 'sku']);
}
