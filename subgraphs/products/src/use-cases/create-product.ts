import { checkEach } from '@souk/runtime/domain';
import type { SignedIn } from '../domain/actor.ts';
import { categoryNotFound, skuTaken, slugTaken } from '../domain/errors.ts';
import { type CreateProductInput, checkedProduct } from '../domain/new-product.ts';
import type { NewVariant } from '../domain/new-variant.ts';
import { skuKeyOf } from '../domain/variant.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ProductsDeps } from './deps.ts';
import { listProducts } from './list-products.ts';
import { newsOfListed } from './product-events.ts';
import { sellerToListFor } from './selling.ts';
import { awaitingPictures, changePictures } from './show-pictures.ts';
import { retryWhenTaken } from './unique-names.ts';

/** Lists a product with its variants and their initial stock. */
export async function createProduct(
  { transaction, clock, newId, config }: ProductsDeps,
  viewer: SignedIn,
  input: CreateProductInput,
): Promise<{ productId: string; replayed: boolean }> {
  const wanted = checkedProduct(input);
  const { userId } = viewer;
  const run = awaitingPictures({ transaction, clock }, input.mediaIds);
  const request = { scope: `createProduct:${userId}`, key: input.idempotencyKey, input };
  return retryWhenTaken(() =>
    run(async (stores) => {
      const { result, replayed } = await stores.idempotency.once(request, async () => {
        const now = clock();
        const { id: sellerId } = await sellerToListFor(
          stores,
          viewer,
          { sellerId: input.sellerId ?? null, publish: wanted.status === 'ACTIVE' },
          { config, now },
        );
        await assertKnownCategories(stores, wanted.categoryIds);
        await assertFreeSkus(stores, sellerId, wanted.variants);
        const given = { sellerId, actorId: userId, newId, now };
        const listed = await listProducts(stores, [wanted], given);
        const id = listed[0]?.product.id as string;
        await changePictures(stores, userId, input.mediaIds, { holder: 'product', id });
        // Last, since it locks the stream of the whole catalogue.
        await stores.events.appendAll(await newsOfListed(stores, listed));
        return id;
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

type Sku = Pick<NewVariant, 'sku'>;

/** @throws SKU_TAKEN for each that another variant of the seller has */
export async function assertFreeSkus(stores: Stores, sellerId: string, wanted: readonly Sku[]) {
  assertNoneTaken(await takenSkus(stores, sellerId, wanted), wanted);
}

/** The SKUs of a seller that equal some of these, by their keys. */
export async function takenSkus(
  { variants }: Pick<Stores, 'variants'>,
  sellerId: string,
  wanted: readonly Sku[],
): Promise<Map<string, string>> {
  const present = await variants.findManyBySku(wanted.map(({ sku }) => ({ sellerId, sku })));
  return new Map(present.map(({ sku }) => [skuKeyOf(sku), sku]));
}

/** @throws SKU_TAKEN for each that exists */
export function assertNoneTaken(taken: ReadonlyMap<string, string>, wanted: readonly Sku[]): void {
  checkEach(wanted, ({ sku }, index) => {
    const other = taken.get(skuKeyOf(sku));
    if (other !== undefined) throw skuTaken(other, ['input', 'variants', index, 'sku']);
  });
}

/** @throws SLUG_TAKEN */
export async function assertFreeSlug(
  products: Pick<Stores['products'], 'takenSlugs'>,
  slug: string,
  /** A product may take its own former slug again. */
  id: string | null = null,
): Promise<string> {
  if ((await products.takenSlugs([slug], id)).size > 0) throw slugTaken(slug);
  return slug;
}
