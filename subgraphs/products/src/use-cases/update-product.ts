import { type DomainError, isIdOf } from '@souk/runtime/domain';
import type { SignedIn } from '../domain/actor.ts';
import { assertProductChange } from '../domain/changes.ts';
import {
  illegalStatus,
  productNotFound,
  sellerNotActive,
  versionConflict,
} from '../domain/errors.ts';
import { checkedCategoryIds } from '../domain/new-product.ts';
import { assertMayChange, maySee } from '../domain/permissions.ts';
import { mayBecome, type Product, type ProductStatus, withStatus } from '../domain/product.ts';
import { maySell, type Seller } from '../domain/seller.ts';
import { freeSlug, slugOfDraft, wantedSlugOf } from '../domain/slug.ts';
import type { Stores } from '../persistence/stores.ts';
import { assertFreeSlug, assertKnownCategories } from './create-product.ts';
import type { ProductsDeps } from './deps.ts';
import { appendProductUpdated } from './product-events.ts';
import { actorFor } from './selling.ts';
import { awaitingPictures, changePictures } from './show-pictures.ts';
import { retryWhenTaken } from './unique-names.ts';

export interface UpdateProductInput {
  id: string;
  expectedVersion?: number | null;
  title?: string | null;
  slug?: string | null;
  description?: string | null;
  status?: ProductStatus | null;
  categoryIds?: readonly string[] | null;
  mediaIds?: readonly string[] | null;
}

/** Changes a product; missing and equal fields change nothing. */
export const updateProduct = (
  { transaction, clock }: ProductsDeps,
  viewer: SignedIn,
  input: UpdateProductInput,
): Promise<void> => {
  assertProductChange(input);
  const run = awaitingPictures({ transaction, clock }, input.mediaIds);
  return retryWhenTaken(() =>
    run(async (stores) => {
      const { product, seller } = await productAndSeller(stores, viewer, input.id);
      const comesOnSale = input.status === 'ACTIVE' && product.status !== 'ACTIVE';
      if (comesOnSale && !(seller && maySell(seller))) throw sellerNotActive(['input', 'status']);
      if (input.expectedVersion != null && input.expectedVersion !== product.version) {
        throw versionConflict(product.version);
      }
      const now = clock();
      const changes = changedProduct(product, input, now);
      const next = { ...changes, slug: await nextSlug(stores, product, changes, input.slug) };
      const changed = FIELDS.filter((field) => next[field] !== product[field]) as string[];
      if (await changeCategories(stores, product.id, input.categoryIds)) changed.push('categories');
      const shows = { holder: 'product', id: product.id } as const;
      if (await changePictures(stores, viewer.userId, input.mediaIds, shows)) changed.push('media');
      if (changed.length === 0) return;
      const updated = { ...next, version: product.version + 1, updatedAt: now };
      await stores.products.update(updated);
      if (product.publishedAt !== null) await stores.products.keepSlug(product, updated.slug);
      const variants = await stores.variants.ofProducts([product.id]);
      // A price counts from when it is charged: not while nobody can see it.
      if (updated.status === 'ACTIVE' && product.status !== 'ACTIVE') {
        await stores.variants.recordPrices(variants, now);
      }
      await appendProductUpdated(stores, updated, variants, changed);
    }),
  );
};

/**
 * The product, locked; throws when the actor may not change it. For one that the actor may not see,
 * `notFound` is thrown, just as for an id that does not exist: another answer would reveal its existence.
 */
export const productToChange = async (
  stores: Stores,
  viewer: SignedIn,
  id: string,
  notFound?: () => DomainError,
): Promise<Product> => (await productAndSeller(stores, viewer, id, notFound)).product;

/** The same with its seller, who stays unchanged: sellers are locked before products, everywhere. */
async function productAndSeller(
  stores: Stores,
  viewer: SignedIn,
  id: string,
  notFound: () => DomainError = () => productNotFound(['input', 'id']),
): Promise<{ product: Product; seller: Seller | null }> {
  const known = isIdOf('prd', id) ? await stores.products.find(id) : null;
  if (!known) throw notFound();
  const { actor, seller } = await actorFor(stores, viewer, known.sellerId);
  const product = await stores.products.lock(id);
  if (!product || !maySee(actor, product)) throw notFound();
  assertMayChange(actor, product);
  return { product, seller };
}

const FIELDS = ['title', 'slug', 'description', 'status'] as const;

function changedProduct(product: Product, input: UpdateProductInput, now: Date): Product {
  const { title, description, status } = input;
  if (status != null && !mayBecome(product.status, status)) {
    throw illegalStatus(product.status, status);
  }
  return {
    ...(status == null ? product : withStatus(product, status, now)),
    title: title ?? product.title,
    description: description === undefined ? product.description : description,
  };
}

/**
 * A hidden product has a slug with a random ending; when published it gets the wanted one, or a similar one.
 */
async function nextSlug(
  { products }: Stores,
  { id, slug, publishedAt }: Product,
  next: Product,
  asked: string | null | undefined,
): Promise<string> {
  if (next.publishedAt === null) return asked == null ? slug : slugOfDraft(asked, id);
  if (publishedAt === null) {
    const wanted = wantedSlugOf(asked ?? slug, id);
    await products.lockSlugsOf([wanted]);
    if (asked != null) return assertFreeSlug(products, wanted);
    return freeSlug(wanted, (slugs) => products.takenSlugs(slugs));
  }
  if (asked == null || asked === slug) return slug;
  await products.lockSlugsOf([asked]);
  return assertFreeSlug(products, asked, id);
}

async function changeCategories(
  stores: Stores,
  productId: string,
  ids: readonly string[] | null | undefined,
): Promise<boolean> {
  if (ids == null) return false;
  const wanted = checkedCategoryIds(ids);
  const present = await stores.products.categoryIdsOf([productId]);
  const same =
    present.length === wanted.length &&
    present.every(({ categoryId }) => wanted.includes(categoryId));
  if (same) return false;
  await assertKnownCategories(stores, wanted);
  await stores.products.setCategories(productId, wanted);
  return true;
}
