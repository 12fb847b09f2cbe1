import { sumMinor } from '@souk/runtime/domain';
import { refundPostings } from '../../domain/ledger/ledger.ts';
import type { Order, OrderLine, SellerOrder } from '../../domain/order.ts';
import { droppedOf } from '../../domain/selling/line-stock.ts';
import { commissionBack, worthOf } from '../../domain/selling/refund-amount.ts';
import { type StepDeps, type StepTools, streamsOf } from '../change-status.ts';
import { book } from '../ledger/book.ts';
import { note } from '../timeline.ts';
import { announceFulfilment } from './announce-fulfilment.ts';
import { partPayload, partStreams } from './change-parts.ts';
import type { LockedPart } from './locked-part.ts';
import { settlePart } from './settle-part.ts';

export interface RefundRequest {
  lines: readonly { line: OrderLine; quantity: number }[];
  /** Beside what the lines are worth. */
  looseMinor: number;
  reason: string | null;
  /** Whether the goods came back, after they were sent. */
  areReturned: boolean;
  /** Whether what came back, or is never to be sent, is for sale again. */
  restock: boolean;
  actorId: string;
  now: Date;
}

/** What lines and whatever is given beside them come to. */
export const refundTotal = (
  { order }: LockedPart,
  { lines, looseMinor }: Pick<RefundRequest, 'lines' | 'looseMinor'>,
): number =>
  sumMinor(
    [looseMinor, ...lines.map(({ line, quantity }) => worthOf(line, quantity, order.taxIncluded))],
    (amountMinor) => amountMinor,
  );

/**
 * Pays back some of a locked part, whose worth was checked against what is left of it: written down in
 * the lines, the part, the order, the payment and the ledger at once, and carried out by the provider
 * after the commit. Gives the refund's id.
 */
export async function issueRefund(
  stores: StepTools,
  locked: LockedPart,
  request: RefundRequest,
  deps: StepDeps,
): Promise<string> {
  const { order, part } = locked;
  const { lines, looseMinor, reason, actorId, now } = request;
  const amountMinor = refundTotal(locked, request);
  const [payment] = order.paidBy === null ? [] : await stores.payments.findMany([order.paidBy]);
  if (!payment) throw new Error(`Order ${order.id} was paid by no payment.`);
  const id = deps.newId('rfd');
  await stores.refunds.insert(
    {
      ...{ id, orderId: order.id, paymentId: payment.id, sellerOrderId: part.id },
      ...{ currency: order.currency, amountMinor, looseMinor, reason, status: 'PENDING' },
      ...{ nextCallAt: now, attempts: 0, failures: 0, createdAt: now },
    },
    lines.map(({ line, quantity }) => ({
      orderLineId: line.id,
      quantity,
      amountMinor: worthOf(line, quantity, order.taxIncluded),
    })),
  );
  const changed = lines.map(({ line, quantity }) => refunded(line, quantity, request, order));
  await stores.sellerOrders.saveLines(changed);
  const refundedMinor = payment.refundedMinor + amountMinor;
  const isAll = refundedMinor >= payment.amountMinor;
  const paymentStatus = isAll ? ('REFUNDED' as const) : ('PARTIALLY_REFUNDED' as const);
  await stores.payments.save({ ...payment, refundedMinor, status: paymentStatus, updatedAt: now });
  const changedOrder = {
    ...order,
    refundedMinor: order.refundedMinor + amountMinor,
    paymentStatus,
    version: order.version + 1,
    updatedAt: now,
  };
  await stores.orders.setStatus(changedOrder);
  const changedPart: SellerOrder = {
    ...part,
    refundedMinor: part.refundedMinor + amountMinor,
    looseRefundMinor: part.looseRefundMinor + looseMinor,
    version: part.version + 1,
    updatedAt: now,
  };
  await stores.sellerOrders.save(changedPart);
  const { sellerId, id: sellerOrderId } = part;
  const postings = refundPostings({
    ...{ sellerId, sellerOrderId, amountMinor },
    commissionMinor: commissionBack(part, amountMinor),
  });
  await book(stores, deps, { of: order, postings, now });
  await stores.events.append({
    type: 'orders.RefundIssued',
    ...partStreams(part),
    payload: { ...partPayload(order, part), refundId: id },
  });
  await stores.events.append({
    type: 'orders.PaymentUpdated',
    ...streamsOf(order),
    payload: {
      ...{ orderId: order.id, number: order.number, buyerId: order.buyerId },
      ...{ paymentId: payment.id, status: paymentStatus },
    },
  });
  const happened = { order, kind: 'REFUNDED' as const, remark: reason, now };
  await note(stores, deps, { ...happened, sellerOrderId, actorId });
  await announceFulfilment(stores, part, changed);
  await settlePart(stores, changedOrder, changedPart, now, deps);
  const unsold = lines.map(({ line: { productId }, quantity }) => ({
    productId,
    quantity: -quantity,
  }));
  await stores.sales.add(unsold, null);
  return id;
}

/** A line of which so many more are paid back. */
function refunded(
  line: OrderLine,
  quantity: number,
  { areReturned, restock }: Pick<RefundRequest, 'areReturned' | 'restock'>,
  { taxIncluded }: Pick<Order, 'taxIncluded'>,
): OrderLine {
  const back = areReturned ? quantity : 0;
  const changed = {
    ...line,
    refundedQuantity: line.refundedQuantity + quantity,
    refundedMinor: line.refundedMinor + worthOf(line, quantity, taxIncluded),
    returnedQuantity: line.returnedQuantity + back,
  };
  if (restock) return { ...changed, restockedQuantity: line.restockedQuantity + back };
  return { ...changed, lostQuantity: line.lostQuantity + droppedOf(changed) - droppedOf(line) };
}
