import type { SignedIn } from '../domain/actor.ts';
import { isForSale } from '../domain/availability.ts';
import { assertVariant } from '../domain/changes.ts';
import { productNotFound, tooManyVariants } from '../domain/errors.ts';
import { MAX_VARIANTS } from '../domain/new-product.ts';
import {
  assertCurrency,
  assertFreeSelection,
  checkedVariant,
  type VariantInput,
} from '../domain/new-variant.ts';
import type { ProductsDeps } from './deps.ts';
import { addVariants, stockOf, variantOf } from './list-products.ts';
import { appendNewInventory, appendProductUpdated } from './product-events.ts';
import { retryWhenTaken } from './unique-names.ts';
import { productToChange } from './update-product.ts';
import { assertFreeSku, withPricesOf } from './variants-of-product.ts';

export interface CreateVariantInput {
  productId: string;
  variant: VariantInput;
  idempotencyKey?: string | null;
}

type Tools = Parameters<Parameters<ProductsDeps['transaction']>[0]>[0];

const PATH = ['input', 'variant'];

/** Adds a variant to a product. */
export const createVariant = (
  deps: ProductsDeps,
  viewer: SignedIn,
  input: CreateVariantInput,
): Promise<{ variantId: string; replayed: boolean }> => {
  assertVariant(input.variant, PATH);
  const request = { scope: `createVariant:${viewer.userId}`, key: input.idempotencyKey, input };
  return retryWhenTaken(() =>
    deps.transaction(async (stores) => {
      const { result, replayed } = await stores.idempotency.once(request, () =>
        addVariant(deps, stores, viewer, input),
      );
      return { variantId: result, replayed };
    }),
  );
};

async function addVariant(
  { clock, newId }: ProductsDeps,
  stores: Tools,
  viewer: SignedIn,
  input: CreateVariantInput,
): Promise<string> {
  const product = await productToChange(stores, viewer, input.productId, () =>
    productNotFound(['input', 'productId']),
  );
  const present = await stores.variants.ofProducts([product.id]);
  if (present.length >= MAX_VARIANTS) throw tooManyVariants(MAX_VARIANTS);
  const { options, title: productTitle, currency } = product;
  assertCurrency(input.variant.price, currency, [...PATH, 'price']);
  const wanted = checkedVariant(input.variant, { options, productTitle, path: PATH });
  assertFreeSelection(wanted, present, PATH);
  await assertFreeSku(stores, { id: null, sellerId: product.sellerId, sku: wanted.sku }, PATH);
  const now = clock();
  const position = Math.max(-1, ...present.map((other) => other.position)) + 1;
  const variant = variantOf(wanted, { id: newId('var'), product, position, now });
  const [seller] = await stores.sellers.findMany([product.sellerId]);
  const forSale = isForSale(product, seller);
  const item = stockOf(wanted, { variant, product, forSale, now });
  await addVariants(stores, [variant], [item], { actorId: viewer.userId, newId, now });
  if (product.status === 'ACTIVE') await stores.variants.recordPrices([variant], now);
  const variants = [...present, variant];
  const updated = await withPricesOf(stores, product, variants, now);
  await appendProductUpdated(stores, updated, variants, ['variants']);
  await appendNewInventory(stores.events, item);
  return variant.id;
}
