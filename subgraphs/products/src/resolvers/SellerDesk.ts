import { isIdOf, sellerIdOfDesk } from '@souk/runtime/domain';
import { sellerStream } from '@souk/runtime/events';
import { connectionOf, operationSelects, pageOf } from '@souk/runtime/graphql';
import type { SellerDeskResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { variantNotFound } from '../domain/errors.ts';
import { checkedCriteria } from '../domain/listing.ts';
import { PRODUCT_STATUSES } from '../domain/product.ts';
import type { Seller, SellerMember } from '../domain/seller.ts';
import { maySeeDesk, sellerActionsOf } from '../domain/seller-permissions.ts';
import type { Variant } from '../domain/variant.ts';
import { skuLoadKey } from '../persistence/loaders.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import { movementList } from './movement-list.ts';
import { productList } from './product-list.ts';

export const SellerDesk: SellerDeskResolvers = {
  /** Private: for members and staff, whichever subgraph asks. */
  __resolveReference: async ({ id }, context) => {
    const sellerId = sellerIdOfDesk(id);
    const actor = isIdOf('dsk', id) ? await actorOfViewer(context) : null;
    if (!actor || !maySeeDesk(actor, { sellerId })) return null;
    return (await context.loaders.seller.load(sellerId)) && { id, sellerId };
  },
  seller: ({ sellerId }, _, context) => sellerOf(sellerId, context),
  statusReason: async ({ sellerId }, _, context) =>
    (await sellerOf(sellerId, context)).statusReason,
  viewerMembership: async ({ sellerId }, _, { viewer, loaders }) => {
    const memberships = viewer ? await loaders.membershipsOfUser.load(viewer.userId) : [];
    return memberships.find((member) => member.sellerId === sellerId) ?? null;
  },
  viewerCan: async (desk, _, context) => [...sellerActionsOf(await actorOfViewer(context), desk)],
  members: async ({ sellerId }, args, { loaders, cursors }) => {
    const purpose = `members:${sellerId}`;
    const page = pageOf<number>(args, { cursors, purpose });
    const all = await loaders.membersOfSeller.load(sellerId);
    const numbered = all.map((member, place) => ({ ...member, place }));
    const behind = numbered.filter(({ place }) => place > (page.from ?? -1));
    const positionOf = ({ place }: SellerMember & { place: number }) => place;
    const connection = connectionOf(behind, page, { cursors, purpose, positionOf });
    return { ...connection, totalCount: all.length };
  },
  products: async ({ sellerId }, { query, filter, ...args }, context, info) => {
    const wanted = checkedCriteria(query, filter, PRODUCT_STATUSES);
    const sellerIds = (wanted.sellerIds ?? [sellerId]).filter((id) => id === sellerId);
    if (operationSelects(info, 'catalogHead')) await context.headOf(sellerStream(sellerId));
    return productList({ criteria: { ...wanted, sellerIds }, ...args }, context);
  },
  variant: ({ sellerId }, { sku }, { loaders }) =>
    loaders.variantBySku.load(skuLoadKey({ sellerId, sku })),
  lowStock: async ({ sellerId }, args, { stores, loaders, cursors }) => {
    const purpose = `lowStock:${sellerId}`;
    const page = pageOf<string>(args, { cursors, purpose });
    const ids = await stores.stock.lowOf(sellerId, { after: page.from, limit: page.limit + 1 });
    const loaded = await loaders.variant.loadMany(ids);
    const variants = loaded.filter(
      (one): one is Variant => one !== null && !(one instanceof Error),
    );
    const connection = connectionOf(variants, page, {
      cursors,
      purpose,
      positionOf: ({ id }) => id,
    });
    return { ...connection, totalCount: await stores.stock.countLowOf(sellerId) };
  },
  stockMovements: async ({ sellerId }, { variantId, ...args }, context) => {
    if (variantId == null) return movementList({ sellerId }, args, context);
    const variant = isIdOf('var', variantId) ? await context.loaders.variant.load(variantId) : null;
    if (variant?.sellerId !== sellerId) throw variantNotFound(['variantId']);
    return movementList({ variantId }, args, context);
  },
  imports: async ({ sellerId }, args, { stores, cursors }) => {
    const purpose = `imports:${sellerId}`;
    const page = pageOf<string>(args, { cursors, purpose });
    const rows = await stores.imports.page(sellerId, { before: page.from, limit: page.limit + 1 });
    return connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
  },
  catalogHead: ({ sellerId }, _, { headOf }) => headOf(sellerStream(sellerId)),
  commissionBasisPoints: async ({ sellerId }, _, { loaders }) => {
    const rates = await loaders.commissionsOfSeller.load(sellerId);
    return rates.find(({ categoryId }) => categoryId === null)?.basisPoints ?? 0;
  },
  categoryCommissions: async ({ sellerId }, _, { loaders }) => {
    const rates = await loaders.commissionsOfSeller.load(sellerId);
    return rates.flatMap(({ categoryId, basisPoints }) =>
      categoryId === null ? [] : [{ categoryId, basisPoints }],
    );
  },
};

async function sellerOf(sellerId: string, { loaders }: Context): Promise<Seller> {
  const seller = await loaders.seller.load(sellerId);
  if (!seller) throw new Error(`There is a desk and no seller ${sellerId}.`);
  return seller;
}
