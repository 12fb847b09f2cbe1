import { isIdOf } from '@souk/runtime/domain';
import { type RecordedEvent, sellerStream } from '@souk/runtime/events';
import type { FollowedStream, StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import { sellerNotFound } from '../domain/errors.ts';
import { maySeeDesk } from '../domain/seller-permissions.ts';
import { isLow } from '../domain/stock.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import { shownOfCatalogue } from './catalog-events.ts';
import type {
  ImportProgressedModel,
  InventoryChangedModel,
  ReviewPostedModel,
  ShownOfCatalogue,
  StockLevelChangedModel,
} from './models.ts';

type ShownOfSeller =
  | Exclude<ShownOfCatalogue, InventoryChangedModel>
  | StockLevelChangedModel
  | ReviewPostedModel
  | ImportProgressedModel;

/** What happens to a seller's products, for its members and staff, as long as they are. */
export async function eventsOfSeller(
  sellerId: string,
  context: Context,
): Promise<FollowedStream<ShownOfSeller>> {
  const isAllowed = async () => maySeeDesk(await actorOfViewer(context), { sellerId });
  if (!isIdOf('sel', sellerId) || !(await isAllowed())) throw sellerNotFound(['sellerId']);
  return {
    stream: sellerStream(sellerId),
    mayRead: () => {
      context.reload();
      return isAllowed();
    },
    show: (event, place) => shownToSeller(event, place, context),
  };
}

async function shownToSeller(
  event: RecordedEvent,
  place: StreamPlace,
  context: Context,
): Promise<ShownOfSeller | null> {
  const { loaders } = context;
  if (event.type === 'products.InventoryUpdated') {
    const { variantId, movementId } = event.payload;
    const variant = await loaders.variant.load(variantId);
    const item = variant && (await loaders.stock.load(variantId));
    if (!item) return null;
    const movement = movementId === null ? null : await loaders.movement.load(movementId);
    return { __typename: 'StockLevelChanged', ...place, variant, movement, low: isLow(item) };
  }
  if (event.type === 'products.ReviewPosted') {
    const { reviewId } = event.payload;
    const review = await loaders.review.load(reviewId);
    return review && !review.hidden ? { __typename: 'ReviewPosted', ...place, review } : null;
  }
  if (event.type === 'products.ImportProgressed') {
    const { importId } = event.payload;
    const job = await loaders.productImport.load(importId);
    return job && { __typename: 'ImportProgressed', ...place, import: job };
  }
  const ofCatalogue = await shownOfCatalogue(event, place, context);
  return ofCatalogue?.__typename === 'InventoryChanged' ? null : ofCatalogue;
}
