/** Where a notice leads to, by type of the schema; the entities belong to other subgraphs. */
export type NotificationTarget =
  | { type: 'RoomTarget'; roomId: string; messageId: string }
  /** At first only products were watched. */
  | { type: 'EntityTarget'; entityId: string }
  | { type: 'EntityTarget'; productId: string }
  | { type: 'GroupTarget'; groupId: string; joinRequestId?: string }
  | { type: 'SellerOrderTarget'; sellerOrderId: string; returnId?: string }
  | { type: 'ReviewTarget'; reviewId: string }
  | { type: 'StockTarget'; variantId: string }
  | { type: 'PayoutTarget'; payoutId: string }
  | { type: 'ReportTarget'; reportId: string }
  | { type: 'SessionTarget' };
