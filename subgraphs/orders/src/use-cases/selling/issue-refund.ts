import { sumMinor } from '@souk/runtime/domain';
import { refundPostings } from '../../domain/ledger/ledger.ts';
import type { OrderLine, SellerOrder } from '../../domain/order.ts';
import { droppedOf } from '../../domain/selling/line-stock.ts';
import {
  commissionBack,
  type RefundedLine,
  type ReturnedLine,
} from '../../domain/selling/refund-amount.ts';
import { type StepDeps, type StepTools, streamsOf } from '../change-status.ts';
import { book } from '../ledger/book.ts';
import { note } from '../timeline.ts';
import { announceFulfilment } from './announce-fulfilment.ts';
import { partPayload, partStreams } from './change-parts.ts';
import type { LockedPart } from './locked-part.ts';
import { settlePart } from './settle-part.ts';

export interface RefundRequest {
  /** Those with `returned` were sent, and came back. */
  lines: readonly (RefundedLine | ReturnedLine)[];
  /** Beside what is paid for the lines. */
  looseMinor: number;
  reason: string | null;
  /** Whether what came back, or is never to be sent, is for sale again. */
  restock: boolean;
  actorId: string;
  now: Date;
}

/** What lines and whatever is given beside them come to. */
export const refundTotal = ({
  lines,
  looseMinor,
}: Pick<RefundRequest, 'lines' | 'looseMinor'>): number =>
  sumMinor([{ amountMinor: looseMinor }, ...lines], ({ amountMinor }) => amountMinor);

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
  const amountMinor = refundTotal(request);
  const [payment] = order.paidBy === null ? [] : await stores.payments.findMany([order.paidBy]);
  if (!payment) throw new Error(`Order ${order.id} was paid by no payment.`);
  const id = deps.newId('rfd');
  await stores.refunds.insert(
    {
      id,
      orderId: order.id,
      paymentId: payment.id,
      sellerOrderId: part.id,
      currency: order.currency,
      amountMinor,
      looseMinor,
      reason,
      status: 'PENDING',
      nextCallAt: now,
      attempts: 0,
      failures: 0,
      createdAt: now,
    },
    lines
      .filter(({ quantity }) => quantity > 0)
      .map(({ line, quantity, amountMinor }) => ({ orderLineId: line.id, quantity, amountMinor })),
  );
  const changed = lines.map((line) => changedLine(line, request));
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
    sellerId,
    sellerOrderId,
    amountMinor,
    commissionMinor: commissionBack(part, amountMinor),
  });
  // It counts from the moment on from which its sale does: what is not due yet pays for it, or it lessens what is.
  const availableAt = (await stores.ledger.saleDueAt(part)) ?? now;
  await book(stores, deps, { of: order, postings, now, availableAt });
  await stores.events.append({
    type: 'orders.RefundIssued',
    ...partStreams(part),
    payload: { ...partPayload(order, part), refundId: id },
  });
  await stores.events.append({
    type: 'orders.PaymentUpdated',
    ...streamsOf(order),
    payload: {
      orderId: order.id,
      number: order.number,
      buyerId: order.buyerId,
      paymentId: payment.id,
      status: paymentStatus,
    },
  });
  const happened = { order, kind: 'REFUNDED' as const, remark: reason, now };
  await note(stores, deps, { ...happened, sellerOrderId, actorId });
  await announceFulfilment(stores, part, changed);
  await settlePart(stores, changedOrder, changedPart, now, deps);
  await countAsUnsold(stores, lines);
  return id;
}

const countAsUnsold = ({ sales }: StepTools, lines: readonly RefundedLine[]): Promise<void> =>
  sales.add(
    lines.map(({ line: { productId }, quantity }) => ({ productId, quantity: -quantity })),
    null,
  );

/** Takes in goods that came back and move no money, as all of it went back before. */
export async function takeBackPaid(
  stores: StepTools,
  { part }: LockedPart,
  { lines, restock }: Pick<RefundRequest, 'restock'> & { lines: readonly ReturnedLine[] },
): Promise<void> {
  const changed = lines.map((line) => changedLine(line, { restock }));
  await stores.sellerOrders.saveLines(changed);
  await announceFulfilment(stores, part, changed);
  await countAsUnsold(stores, lines);
}

/** Calls off what is not sent of a locked part, and moves no money, as all of it went back before or none was paid. */
export async function callOffUnpaid(
  stores: StepTools,
  { order, part }: LockedPart,
  { lines, reason, restock, actorId, now }: RefundRequest,
  deps: StepDeps,
): Promise<void> {
  const changed = lines.map((line) => changedLine(line, { restock }));
  await stores.sellerOrders.saveLines(changed);
  const changedPart = { ...part, version: part.version + 1, updatedAt: now };
  await stores.sellerOrders.save(changedPart);
  const happened = { order, kind: 'CANCELLED' as const, remark: reason, now };
  await note(stores, deps, { ...happened, sellerOrderId: part.id, actorId });
  await announceFulfilment(stores, part, changed);
  await settlePart(stores, order, changedPart, now, deps);
  await countAsUnsold(stores, lines);
}

/** A line of which so many more are paid back, or came back. */
function changedLine(
  { line, quantity, amountMinor, ...returned }: RefundedLine | ReturnedLine,
  { restock }: Pick<RefundRequest, 'restock'>,
): OrderLine {
  const back = 'returned' in returned ? returned.returned : 0;
  const changed = {
    ...line,
    refundedQuantity: line.refundedQuantity + quantity,
    refundedMinor: line.refundedMinor + amountMinor,
    returnedQuantity: line.returnedQuantity + back,
  };
  if (restock) return { ...changed, restockedQuantity: line.restockedQuantity + back };
  return { ...changed, lostQuantity: line.lostQuantity + droppedOf(changed) - droppedOf(line) };
}
