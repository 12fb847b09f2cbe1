import { isIdOf } from '@souk/runtime/domain';
import type { SignedIn } from '../domain/actor.ts';
import { assertVariantChange, type RequestedVariantChange } from '../domain/changes.ts';
import { oversold, variantNotFound, versionConflict } from '../domain/errors.ts';
import {
  assertCurrency,
  assertFreeSelection,
  checkedPrices,
  checkedSelection,
  checkedSku,
  checkedThreshold,
  checkedWeight,
  selectionKey,
} from '../domain/new-variant.ts';
import type { Product } from '../domain/product.ts';
import type { Variant } from '../domain/variant.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ProductsDeps } from './deps.ts';
import {
  appendInventoryChanges,
  appendProductUpdated,
  type InventoryChange,
  lockStreamsOf,
} from './product-events.ts';
import { awaitingPictures, changePictures } from './show-pictures.ts';
import { retryWhenTaken } from './unique-names.ts';
import { productToChange } from './update-product.ts';
import { assertFreeSku, withPricesOf } from './variants-of-product.ts';

export interface UpdateVariantInput extends Omit<RequestedVariantChange, 'openingStock'> {
  id: string;
  expectedVersion?: number | null;
}

type Tools = Parameters<Parameters<ProductsDeps['transaction']>[0]>[0];

const PATH = ['input'];

/** Changes a variant; missing and equal fields change nothing. */
export const updateVariant = (
  deps: ProductsDeps,
  viewer: SignedIn,
  input: UpdateVariantInput,
): Promise<void> => {
  assertVariantChange(input);
  const run = awaitingPictures(deps, input.mediaIds);
  return retryWhenTaken(() => run((stores) => changeVariant(deps, stores, viewer, input)));
};

async function changeVariant(
  { clock }: ProductsDeps,
  stores: Tools,
  viewer: SignedIn,
  input: UpdateVariantInput,
): Promise<void> {
  const notFound = () => variantNotFound([...PATH, 'id']);
  const known = isIdOf('var', input.id) ? await stores.variants.find(input.id) : null;
  if (!known) throw notFound();
  const product = await productToChange(stores, viewer, known.productId, notFound);
  // Read again under the product's lock, so that two changes do not undo each other.
  const present = await stores.variants.ofProducts([product.id]);
  const variant = present.find(({ id }) => id === input.id);
  if (!variant) throw notFound();
  if (input.expectedVersion != null && input.expectedVersion !== variant.version) {
    throw versionConflict(variant.version);
  }
  const now = clock();
  const next = changedVariant(variant, product, input);
  const others = present.filter(({ id }) => id !== variant.id);
  assertFreeSelection(next, others, PATH);
  if (next.sku !== variant.sku) await assertFreeSku(stores, next, PATH);
  // All rows are written before the first event: a transaction that holds a stream never waits for a row.
  const restocked = await changeStockRules(stores, input, now);
  const shows = { holder: 'variant', id: variant.id } as const;
  const areOthers = await changePictures(stores, viewer.userId, input.mediaIds, shows);
  const isChanged = areOthers || !isSame(variant, next);
  const updated = { ...next, version: variant.version + 1, updatedAt: now };
  const variants = present.map((other) => (other.id === updated.id ? updated : other));
  if (isChanged) await stores.variants.update(updated);
  if (updated.priceMinor !== variant.priceMinor && product.status === 'ACTIVE') {
    await stores.variants.recordPrices([updated], now);
  }
  const inProduct = isChanged ? await withPricesOf(stores, product, variants, now) : null;
  if (restocked) {
    await lockStreamsOf(stores.events, product);
    await appendInventoryChanges(stores, [restocked], true);
  }
  if (inProduct) await appendProductUpdated(stores, inProduct, variants, ['variants']);
}

function changedVariant(variant: Variant, product: Product, input: UpdateVariantInput): Variant {
  const { sku, title, weightGrams, selectedOptions } = input;
  const { currency, priceMinor, compareAtPriceMinor, unitCostMinor } = variant;
  const amountOf = (minorUnits: number | null) =>
    minorUnits === null ? null : { minorUnits, currency };
  const { compareAtPrice = amountOf(compareAtPriceMinor), unitCost = amountOf(unitCostMinor) } =
    input;
  const price = input.price ?? { minorUnits: priceMinor, currency };
  assertCurrency(price, product.currency, [...PATH, 'price']);
  return {
    ...variant,
    sku: sku == null ? variant.sku : checkedSku(sku, [...PATH, 'sku']),
    title: title ?? variant.title,
    ...checkedPrices({ price, compareAtPrice, unitCost }, PATH),
    weightGrams: weightGrams === undefined ? variant.weightGrams : checkedWeight(weightGrams, PATH),
    selectedOptions:
      selectedOptions == null
        ? variant.selectedOptions
        : checkedSelection(selectedOptions, product.options, PATH),
  };
}

const FIELDS = [
  ...(['sku', 'title', 'priceMinor', 'compareAtPriceMinor', 'unitCostMinor'] as const),
  'weightGrams' as const,
];

const isSame = (a: Variant, b: Variant): boolean =>
  FIELDS.every((field) => a[field] === b[field]) &&
  selectionKey(a.selectedOptions) === selectionKey(b.selectedOptions);

/** Changes when a stock counts as low and whether it sells on; null when that stays the same. */
async function changeStockRules(
  { stock }: Stores,
  input: UpdateVariantInput,
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
  const before = { ...changed, policy, lowStockThreshold: threshold };
  return { item: changed, before, movementId: null };
}
