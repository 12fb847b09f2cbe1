import { randomUUID } from 'node:crypto';
import { pairId } from '@souk/runtime/domain';
import type { RunningSouk } from '../../running-souk.ts';
import { doneBy } from '../ask-as.ts';
import type { People } from '../callers.ts';

/** The seller's shop, with a product on sale and a draft. */
export async function openShop(souk: RunningSouk, { seller, admin, member }: People) {
  const done = doneBy(souk);
  const opened = await done(
    seller.token,
    'createSeller',
    `input: { handle: "kettles", displayName: "Kettles", description: "All kettles", idempotencyKey: "${randomUUID()}",
      trader: { legalName: "Kettles AB", country: "SE" } }`,
    'seller { id desk { id } }',
  );
  const [sellerId, desk] = [opened.seller.id, opened.seller.desk.id];
  await done(
    admin.token,
    'setSellerStatus',
    `sellerId: "${sellerId}", status: ACTIVE`,
    'seller { id }',
  );
  const { category } = await done(
    admin.token,
    'createCategory',
    'input: { name: "Kettles", slug: "kettles" }',
    'category { id }',
  );
  const child = await done(
    admin.token,
    'createCategory',
    `input: { name: "Blue kettles", parentId: "${category.id}" }`,
    'category { id }',
  );
  const product = async (title: string, status: string) => {
    const made = await done(
      seller.token,
      'createProduct',
      `input: { sellerId: "${sellerId}", title: "${title}", status: ${status}, categoryIds: ["${child.category.id}"],
        description: "For tea.", options: [{ name: "size", values: ["L"] }], variants: [{ sku: "${title}",
        price: { minorUnits: 1000, currency: "EUR" }, compareAtPrice: { minorUnits: 1100, currency: "EUR" },
        unitCost: { minorUnits: 400, currency: "EUR" },
        openingStock: 50, weightGrams: 900, selectedOptions: [{ name: "size", value: "L" }] }] }`,
      'product { id slug defaultVariant { id } }',
    );
    return made.product as { id: string; slug: string; defaultVariant: { id: string } };
  };
  const [active, draft] = [await product('Kettle', 'ACTIVE'), await product('Draft', 'DRAFT')];
  await done(
    seller.token,
    'setSellerMember',
    `sellerId: "${sellerId}", userId: "${member.id}", role: STAFF`,
    'member { id }',
  );
  return {
    shop: sellerId,
    desk,
    sellerMember: pairId('smb', sellerId, seller.id),
    category: category.id,
    childCategory: child.category.id as string,
    product: active.id,
    variant: active.defaultVariant.id,
    slug: active.slug,
    draft: draft.id,
    draftVariant: draft.defaultVariant.id,
  };
}
