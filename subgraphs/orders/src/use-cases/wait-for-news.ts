import { isFresh, serviceUnavailable } from '@souk/runtime/domain';
import {
  lookUntil,
  NEWS_OF_CATEGORIES,
  newsOfProduct,
  newsOfSeller,
  newsOfStock,
} from '@souk/runtime/events';
import type { ItemKnowledge } from '../domain/priced-item.ts';
import type { RequestedLine } from '../domain/requested-lines.ts';
import type { OrdersDeps } from './deps.ts';

interface Seen {
  items: ReadonlyMap<string, ItemKnowledge>;
  latest: ReadonlyMap<string, number>;
}

/**
 * Waits, within a bound, for news of products that are known to be on their way: of a variant that was
 * made a moment ago, of a changed price, of stock that came in where the copy has too little; and before something
 * is sold of its seller's rates, and of how categories lie in one another.
 * Gives the variants whose stock the copy does not know well enough to say no.
 *
 * @throws SERVICE_UNAVAILABLE when a price is known to have changed and the new one has not come: the
 *   order would be taken at another price than the buyer sees
 */
export async function waitForNews(
  { reads, news, clock }: Pick<OrdersDeps, 'reads' | 'news' | 'clock'>,
  lines: readonly Pick<RequestedLine, 'variantId' | 'quantity'>[],
  { isSale = false }: { isSale?: boolean } = {},
): Promise<ReadonlySet<string>> {
  const ids = lines.map(({ variantId }) => variantId);
  const look = async (): Promise<Seen> => {
    const items = await reads.pricedItems.knowledgeOf(ids);
    const subjects = items.flatMap(({ productId, variantId, sellerId }) => [
      newsOfProduct(productId),
      newsOfStock(variantId),
      ...(isSale && sellerId !== null ? [newsOfSeller(sellerId), NEWS_OF_CATEGORIES] : []),
    ]);
    const latest = await news.latest([...new Set(subjects)]);
    return { items: new Map(items.map((item) => [item.variantId, item])), latest };
  };
  const isThere = ({ items, latest }: Seen) =>
    lines.every(({ variantId, quantity }) => {
      const item = items.get(variantId);
      if (!item?.canBePriced) return !isFresh(variantId, clock());
      return (
        !hasOlderPrice(item, latest) &&
        !(isShort(item, quantity) && hasOlderStock(item, latest)) &&
        !(isSale && hasOlderRates(item, latest))
      );
    });
  const { items, latest } = await lookUntil(look, isThere);
  const known = [...items.values()];
  if (known.some((item) => item.canBePriced && hasOlderPrice(item, latest))) {
    throw serviceUnavailable();
  }
  return new Set(
    known.filter((item) => hasOlderStock(item, latest)).map(({ variantId }) => variantId),
  );
}

const isShort = ({ available }: ItemKnowledge, quantity: number) =>
  available !== null && available < quantity;

const hasOlderPrice = ({ productId, productSequence }: ItemKnowledge, latest: Seen['latest']) =>
  productSequence < (latest.get(newsOfProduct(productId)) ?? 0);

const hasOlderStock = ({ variantId, stockSequence }: ItemKnowledge, latest: Seen['latest']) =>
  stockSequence < (latest.get(newsOfStock(variantId)) ?? 0);

/** What changes of a seller without its rates is waited for as well: its news do not say which it is. */
const hasOlderRates = (
  { sellerId, sellerSequence, treeSequence }: ItemKnowledge,
  latest: Seen['latest'],
) =>
  sellerId !== null &&
  (sellerSequence === null ||
    sellerSequence < (latest.get(newsOfSeller(sellerId)) ?? 0) ||
    treeSequence < (latest.get(NEWS_OF_CATEGORIES) ?? 0));
