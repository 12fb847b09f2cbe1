import { newId, personalSellerIdOf, type Viewer } from '@souk/runtime/domain';
import { as, insist, type StartedSubgraph, startSubgraph } from '@souk/testkit';
import { createProductsSubgraph, type ProductsConfig } from '../src/index.ts';

export const startProducts = (
  options: Partial<Parameters<typeof startSubgraph<ProductsConfig>>[2]> = {},
) =>
  startSubgraph('products', createProductsSubgraph, {
    config: { sellers: 'open', commissionBasisPoints: 1000 },
    ...options,
  });

export const PRODUCT = `fragment Product on Product {
  id slug title description status version availability inStock createdAt archivedAt
  seller { id }
  viewerCan
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

const errors = (...more: string[]) =>
  `errors { __typename ... on UserError { code message path } ${more.join(' ')} }`;
const LATE = '... on VersionConflictError { currentVersion }';
const TAKEN = '... on SkuTakenError { sku }';

export const CREATE = `${PRODUCT}
mutation ($input: CreateProductInput!) {
  createProduct(input: $input) { product { ...Product } replayed ${errors(TAKEN)} } }`;

export const UPDATE = `${PRODUCT}
mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { ...Product } ${errors(LATE)} } }`;

const VARIANT = `variant {
  id sku title version weightGrams price { minorUnits } compareAtPrice { minorUnits }
  selectedOptions { name value }
  inventory { onHand policy lowStockThreshold }
}
product { id version priceRange { min { minorUnits } max { minorUnits } } }`;

export const CREATE_VARIANT = `mutation ($input: CreateVariantInput!) {
  createVariant(input: $input) { ${VARIANT} replayed ${errors(TAKEN)} } }`;

export const UPDATE_VARIANT = `mutation ($input: UpdateVariantInput!) {
  updateVariant(input: $input) { ${VARIANT} ${errors(TAKEN, LATE)} } }`;

export const ADJUST = `mutation ($input: AdjustInventoryInput!) { adjustInventory(input: $input) {
  variant { id inventory { available onHand reserved } }
  movement { id delta reservedDelta reason adjustmentReason note actor { id } sellerOrder { id } }
  replayed
  errors {
    __typename
    ... on UserError { code message path }
    ... on NegativeStockError { onHand reserved }
  } } }`;

const CATEGORY =
  'category { id slug name version parent { id } children { id } ancestors { slug } }';

export const CREATE_CATEGORY = `mutation ($input: CreateCategoryInput!) {
  createCategory(input: $input) { ${CATEGORY} replayed ${errors()} } }`;

export const UPDATE_CATEGORY = `mutation ($input: UpdateCategoryInput!) {
  updateCategory(input: $input) { ${CATEGORY} ${errors(LATE)} } }`;

/** The seller that somebody is by themselves. */
export const sellerIdOf = ({ userId }: Viewer): string => personalSellerIdOf(userId);

/** An amount as a client gives it. */
export const eur = (minorUnits: number) => ({ minorUnits, currency: 'EUR' });

let number = 0;

/** A product as somebody might list it, with names of its own. */
export function aProduct(given: Record<string, unknown> = {}): Record<string, unknown> {
  number += 1;
  return {
    title: `Brass lamp ${number}`,
    description: 'Hand-made.',
    variants: [{ sku: `LAMP-${number}`, price: eur(4900), openingStock: 10 }],
    ...given,
  };
}

/** Lists a product, which must work, on a busy machine as well; gives it as the API shows it. */
export async function list(
  graph: StartedSubgraph,
  given: Record<string, unknown> = {},
  viewer: Viewer = as('sela'),
) {
  const input = aProduct(given);
  const answer = await insist(() => graph.execute(CREATE, { input }, viewer));
  if (answer.errors || answer.data.createProduct.errors.length > 0) {
    throw new Error(JSON.stringify(answer));
  }
  return answer.data.createProduct.product;
}

export const variantIdOf = (product: { defaultVariant: { id: string } }) =>
  product.defaultVariant.id;

/** A picture that somebody uploaded, which products hear of in a moment. */
export async function pictureOf(
  graph: StartedSubgraph,
  { userId }: Viewer,
  purpose: 'PRODUCT_IMAGE' | 'CHAT_ATTACHMENT' = 'PRODUCT_IMAGE',
): Promise<string> {
  const mediaId = newId('med');
  await graph.deliver('users.MediaReady', {
    ...{ mediaId, ownerId: userId, purpose, url: null, fileName: 'lamp.webp', altText: 'A lamp' },
    ...{ contentType: 'image/webp', byteSize: 1, width: 1, height: 1 },
  });
  return mediaId;
}
