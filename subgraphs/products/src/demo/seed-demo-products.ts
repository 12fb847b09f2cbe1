import { randomUUID } from 'node:crypto';
import type { Role } from '@souk/runtime/domain';
import type { SubgraphDeps } from '@souk/runtime/subgraph';
import { products } from '../app.ts';
import type { ProductsConfig } from '../config.ts';
import { createCategory } from '../use-cases/create-category.ts';
import { createProduct } from '../use-cases/create-product.ts';
import { createSeller } from '../use-cases/create-seller.ts';
import type { ProductsDeps } from '../use-cases/deps.ts';
import { demoCategories, demoProducts } from './demo-catalogue.ts';

/**
 * Opens sellers and fills the catalogue with a dozen products, distributed among them. Existing ones (by
 * handle or slug) stay as they are, so this can be called at every start. Returns the
 * sellers, and how many products were added.
 */
export async function seedDemoProducts(
  deps: SubgraphDeps<ProductsConfig>,
  { sellers }: { sellers: readonly DemoSeller[] },
): Promise<{ opened: readonly OpenedSeller[]; added: number }> {
  const [firstSeller] = sellers;
  if (firstSeller === undefined) throw new Error('The demo products need a seller.');
  const { infrastructure, services } = await products.open(deps);
  try {
    const categoryIds = await seedCategories(services, actorOf(firstSeller.ownerId, 'ADMIN'));
    const opened = await seedSellers(services, sellers);
    const slugs = demoProducts.map(({ slug }) => slug);
    const present = await infrastructure.reads.products.findManyBySlug(slugs);
    const missing = demoProducts.filter(({ slug }) => !present.some((one) => one.slug === slug));
    for (const { category, ...product } of missing) {
      const place = demoProducts.findIndex(({ slug }) => slug === product.slug);
      const { ownerId, sellerId } = opened[place % opened.length] as OpenedSeller;
      const shelf = categoryIds.get(category);
      await createProduct(services, actorOf(ownerId, 'SELLER'), {
        ...product,
        sellerId,
        categoryIds: shelf ? [shelf] : [],
      });
    }
    return { opened, added: missing.length };
  } finally {
    await infrastructure.close();
  }
}

/** The sellers of the demo. */
export interface DemoSeller {
  ownerId: string;
  handle: string;
  displayName: string;
  country: string;
}

type OpenedSeller = DemoSeller & { sellerId: string };

async function seedSellers(deps: ProductsDeps, sellers: readonly DemoSeller[]) {
  const opened: OpenedSeller[] = [];
  for (const { ownerId, country, ...names } of sellers) {
    const [present] = await deps.transaction((stores) =>
      stores.sellers.findManyByHandle([names.handle]),
    );
    const trader = { legalName: names.displayName, country };
    const input = { ...names, trader, idempotencyKey: randomUUID() };
    const sellerId =
      present?.id ?? (await createSeller(deps, actorOf(ownerId, 'SELLER'), input)).sellerId;
    opened.push({ ownerId, country, ...names, sellerId });
  }
  return opened;
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
