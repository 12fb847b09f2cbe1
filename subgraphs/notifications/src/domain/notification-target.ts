/** What a notice links to, by type of the schema; the entities belong to other subgraphs. */
export type NotificationTarget =
  | { type: 'RoomTarget'; roomId: string; messageId: string }
  /** At first only products were watched. */
  | { type: 'EntityTarget'; entityId: string }
  | { type: 'EntityTarget'; productId: string }
  | { type: 'GroupTarget'; groupId: string; joinRequestId?: string }
  | ({ type: 'SellerOrderTarget'; sellerOrderId: string; returnId?: string } & OfSeller)
  | ({ type: 'ReviewTarget'; reviewId: string } & OfSeller)
  | ({ type: 'StockTarget'; variantId: string } & OfSeller)
  | ({ type: 'PayoutTarget'; payoutId: string } & OfSeller)
  | { type: 'SupportTarget'; roomId: string; sellerOrderId: string | null; sellerId: string }
  | { type: 'ReportTarget'; reportId: string; roomId?: string }
  /** It links to nothing, and is only for a seller's members. */
  | ({ type: 'SellerAlone' } & OfSeller)
  | { type: 'SessionTarget' };

/** What is for who works for a seller, and left out of the first of them. */
interface OfSeller {
  sellerId?: string;
}

/** The seller whose members a notice is for; null when it is for somebody else, or unknown. */
export const sellerOf = (target: NotificationTarget | null): string | null =>
  target && 'sellerId' in target ? (target.sellerId ?? null) : null;
