import type { OrderLine } from '../order.ts';

export type ReturnStatus =
  | 'REQUESTED'
  | 'APPROVED'
  | 'DECLINED'
  | 'RECEIVED'
  | 'REFUNDED'
  | 'CANCELLED';

export type ReturnReason =
  | 'DAMAGED'
  | 'WRONG_ITEM'
  | 'NOT_AS_DESCRIBED'
  | 'NO_LONGER_WANTED'
  | 'OTHER';

/** Goods that a buyer wants to send back. */
export interface Return {
  id: string;
  number: string;
  sellerOrderId: string;
  sellerId: string;
  status: ReturnStatus;
  reason: ReturnReason;
  note: string | null;
  decisionNote: string | null;
  refundId: string | null;
  requestedAt: Date;
  decidedAt: Date | null;
  receivedAt: Date | null;
  lines: readonly { orderLineId: string; quantity: number }[];
}

/** The life cycle of a return: from each state, the possible next ones. */
export const NEXT_RETURN_STATUSES: Readonly<Record<ReturnStatus, readonly ReturnStatus[]>> = {
  REQUESTED: ['APPROVED', 'DECLINED', 'CANCELLED'],
  APPROVED: ['RECEIVED', 'CANCELLED'],
  RECEIVED: ['REFUNDED'],
  DECLINED: [],
  REFUNDED: [],
  CANCELLED: [],
};

export const canReturnBecome = (from: ReturnStatus, to: ReturnStatus): boolean =>
  NEXT_RETURN_STATUSES[from].includes(to);

/** The maximum number of returns of a part, since each says what it is about. */
export const MOST_RETURNS = 20;

type Sent = Pick<
  OrderLine,
  'id' | 'quantity' | 'shippedQuantity' | 'refundedQuantity' | 'returnedQuantity'
>;

/** How many units of a line can be returned: sent, not refunded otherwise, and not in a return yet. */
export const returnableOf = (line: Sent, known: readonly Return[]): number =>
  Math.min(line.shippedQuantity, line.quantity - line.refundedQuantity + line.returnedQuantity) -
  inReturns(known, line.id);

/** How many units of a line are in returns that were not refused or cancelled. */
export const inReturns = (returns: readonly Return[], orderLineId: string): number =>
  returns
    .filter(({ status }) => status !== 'DECLINED' && status !== 'CANCELLED')
    .flatMap(({ lines }) => lines)
    .filter((line) => line.orderLineId === orderLineId)
    .reduce((sum, { quantity }) => sum + quantity, 0);
