import type { Role } from '@souk/runtime/domain';
import type { SubgraphDeps } from '@souk/runtime/subgraph';
import { products } from '../app.ts';
import type { ProductsConfig } from '../config.ts';
import { createCategory } from '../use-cases/create-category.ts';
import { createProduct } from '../use-cases/create-product.ts';
import type { ProductsDeps } from '../use-cases/deps.ts';
import { demoCategories, demoProducts } from './demo-catalogue.ts';

/**
 * Fills the catalogue with a dozen products, shared out among the sellers. What is there already
 * (by its slug) stays as it is, so it can be called at every start. Gives how many were added.
 */
export async function seedDemoProducts(
  deps: SubgraphDeps<ProductsConfig>,
  { sellerIds }: { sellerIds: readonly string[] },
): Promise<number> {
  const [firstSeller] = sellerIds;
  if (firstSeller === undefined) throw new Error('The demo products need a seller.');
  const { infrastructure, services } = await products.open(deps);
  try {
    const categoryIds = await seedCategories(services, actorOf(firstSeller, 'ADMIN'));
    const slugs = demoProducts.map(({ slug }) => slug);
    const present = await infrastructure.reads.products.findManyBySlug(slugs);
    const missing = demoProducts.filter(({ slug }) => !present.some((one) => one.slug === slug));
    for (const { category, ...product } of missing) {
      const place = demoProducts.findIndex(({ slug }) => slug === product.slug);
      const sellerId = sellerIds[place % sellerIds.length] ?? firstSeller;
      const shelf = categoryIds.get(category);
      await createProduct(services, actorOf(sellerId, 'SELLER'), {
        ...product,
        categoryIds: shelf ? [shelf] : [],
      });
    }
    return missing.length;
  } finally {
    await infrastructure.close();
  }
}

const actorOf = (userId: string, role: Role) => ({ userId, roles: [role] });

async function seedCategories(deps: ProductsDeps, staff: ReturnType<typeof actorOf>) {
  const slugs = demoCategories.map(({ slug }) => slug);
  const present = await deps.transaction(({ categories }) => categories.findManyBySlug(slugs));
  const ids = new Map(present.map(({ slug, id }) => [slug, id]));
  for (const { slug, name, parent } of demoCategories) {
    if (ids.has(slug)) continue;
    const parentId = parent === null ? null : (ids.get(parent) ?? null);
    const { categoryId } = await createCategory(deps, staff, { slug, name, parentId });
    ids.set(slug, categoryId);
  }
  return ids;
}
