import type { Viewer } from '@souk/runtime/domain';
import { as, type StartedSubgraph, startSubgraph } from '@souk/testkit';
import { createProductsSubgraph, type ProductsConfig } from '../src/index.ts';

export const startProducts = (
  options: Partial<Parameters<typeof startSubgraph<ProductsConfig>>[2]> = {},
) => startSubgraph('products', createProductsSubgraph, { config: { sellers: 'open' }, ...options });

export const PRODUCT = `fragment Product on Product {
  id slug title description status version availability inStock createdAt archivedAt
  seller { id }
  categories { id slug }
  options { name values }
  priceRange { min { minorUnits currency formatted } max { minorUnits } }
  defaultVariant { id sku }
  variants { totalCount edges { node {
    id sku title version weightGrams price { minorUnits formatted } compareAtPrice { minorUnits }
    selectedOptions { name value }
    availability maxQuantity inventory { available onHand reserved policy lowStockThreshold }
  } } }
}`;

export const ERRORS = `errors {
  __typename
  ... on UserError { code message path }
  ... on VersionConflictError { currentVersion }
  ... on SkuTakenError { sku }
}`;

export const CREATE = `${PRODUCT}
mutation ($input: CreateProductInput!) { createProduct(input: $input) { product { ...Product } ${ERRORS} } }`;

export const UPDATE = `${PRODUCT}
mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { ...Product } ${ERRORS} } }`;

export const SAVE_VARIANT = `mutation ($input: SaveVariantInput!) { saveVariant(input: $input) {
  variant {
    id sku title version weightGrams price { minorUnits } compareAtPrice { minorUnits }
    inventory { onHand policy lowStockThreshold }
    product { version priceRange { min { minorUnits } max { minorUnits } } }
  } ${ERRORS} } }`;

export const ADJUST = `mutation ($input: AdjustInventoryInput!) { adjustInventory(input: $input) {
  variant { id inventory { available onHand reserved } }
  movement { id delta reservedDelta reason note actor { id } order { id } }
  errors {
    __typename
    ... on UserError { code message path }
    ... on NegativeStockError { onHand reserved }
  } } }`;

export const SAVE_CATEGORY = `mutation ($input: CategoryInput!) { saveCategory(input: $input) {
  category { id slug name parent { id } children { id } } ${ERRORS} } }`;

let number = 0;

/** A product as somebody might list it, with names of its own. */
export function aProduct(given: Record<string, unknown> = {}): Record<string, unknown> {
  number += 1;
  return {
    title: `Brass lamp ${number}`,
    description: 'Hand-made.',
    variants: [{ sku: `LAMP-${number}`, priceMinor: 4900, currency: 'EUR', onHand: 10 }],
    ...given,
  };
}

/** Lists a product, which must work; gives it as the API shows it. */
export async function list(
  graph: StartedSubgraph,
  given: Record<string, unknown> = {},
  viewer: Viewer = as('sela'),
) {
  const answer = await graph.execute(CREATE, { input: aProduct(given) }, viewer);
  if (answer.errors || answer.data.createProduct.errors.length > 0) {
    throw new Error(JSON.stringify(answer));
  }
  return answer.data.createProduct.product;
}

export const variantIdOf = (product: { defaultVariant: { id: string } }) =>
  product.defaultVariant.id;
