import { isIdOf, type Viewer } from '@souk/runtime/domain';
import { partNotReady, returnNotFound, returnNotReady } from '../../domain/errors.ts';
import {
  checkedQuantities,
  type LineQuantity,
  withQuantities,
} from '../../domain/selling/line-quantities.ts';
import { leftOf, worthOfReturned } from '../../domain/selling/refund-amount.ts';
import {
  canReturnBecome,
  MOST_RETURNS,
  type Return,
  type ReturnReason,
  type ReturnStatus,
  returnableOf,
} from '../../domain/selling/return.ts';
import type { OrdersDeps, OrdersTransaction } from '../deps.ts';
import { scopeOfGuest } from '../guest-access.ts';
import { lockBooksOf } from '../lock-around-order.ts';
import { advanceRefund } from '../payment/advance-refund.ts';
import { type Happened, note } from '../timeline.ts';
import { partPayload, partStreams } from './change-parts.ts';
import { issueRefund, refundTotal, takeBackPaid } from './issue-refund.ts';
import { type LockedPart, lockPartOfBuyer, lockPartOfSeller } from './locked-part.ts';

export interface RequestReturnInput {
  sellerOrderId: string;
  guestToken?: string | null;
  lines: readonly LineQuantity[];
  reason: ReturnReason;
  note?: string | null;
  idempotencyKey: string;
}

/** A buyer wants to send back some of what was sent. */
export async function requestReturn(
  deps: OrdersDeps,
  viewer: Viewer | null,
  input: RequestReturnInput,
): Promise<{ sellerOrderId: string; returnId: string; replayed: boolean }> {
  const { transaction, clock, newId } = deps;
  checkedQuantities(input.lines);
  const scope = `requestReturn:${viewer?.userId ?? scopeOfGuest(input.guestToken)}`;
  const request = { scope, key: input.idempotencyKey, input };
  const { result, replayed } = await transaction((stores) =>
    stores.idempotency.once(request, async () => {
      const now = clock();
      const path = ['input', 'sellerOrderId'];
      const asker = { viewer, guestToken: input.guestToken };
      const locked = await lockPartOfBuyer(stores, asker, input.sellerOrderId, { now, path });
      const { part, lines } = locked;
      const known = await stores.returns.ofSellerOrders([part.id]);
      if (!lines.some(({ shippedQuantity }) => shippedQuantity > 0)) {
        throw partNotReady('Nothing of it was shipped.', path);
      }
      if (known.length >= MOST_RETURNS) throw partNotReady('It has too many returns.', path);
      const back = withQuantities(input.lines, lines, (line) => returnableOf(line, known));
      const returned: Return = {
        id: newId('ret'),
        number: `${part.number}-R${known.length + 1}`,
        sellerOrderId: part.id,
        sellerId: part.sellerId,
        status: 'REQUESTED',
        reason: input.reason,
        note: input.note ?? null,
        decisionNote: null,
        refundId: null,
        requestedAt: now,
        decidedAt: null,
        receivedAt: null,
        lines: back.map(({ line, quantity }) => ({ orderLineId: line.id, quantity })),
      };
      await stores.returns.insert(returned);
      await announceStep(deps, stores, locked, returned, {
        kind: 'RETURN_REQUESTED',
        remark: input.note,
        actorId: viewer?.userId ?? null,
        now,
      });
      return { sellerOrderId: part.id, returnId: returned.id };
    }),
  );
  return { ...result, replayed };
}

export interface DecideReturnInput {
  returnId: string;
  decision: 'APPROVE' | 'DECLINE';
  note?: string | null;
}

/** A seller agrees to take something back, or does not. */
export async function decideReturn(
  deps: OrdersDeps,
  viewer: Viewer,
  { returnId, decision, note: decisionNote = null }: DecideReturnInput,
): Promise<{ returnId: string }> {
  return deps.transaction(async (stores) => {
    const { locked, returned } = await lockReturn(stores, viewer, returnId);
    const to = decision === 'APPROVE' ? 'APPROVED' : 'DECLINED';
    if (returned.status === to) return { returnId };
    assertStep(returned, to);
    const now = deps.clock();
    const decided: Return = { ...returned, status: to, decisionNote, decidedAt: now };
    await stores.returns.save(decided);
    await announceStep(deps, stores, locked, decided, {
      kind: 'RETURN_DECIDED',
      remark: decisionNote,
      details: { decision },
      actorId: viewer.userId,
      now,
    });
    return { returnId };
  });
}

export interface ReceiveReturnInput {
  returnId: string;
  note?: string | null;
  restock: boolean;
  idempotencyKey: string;
}

/** Goods that came back: what of their money is not back yet goes back at once. */
export async function receiveReturn(
  deps: OrdersDeps,
  viewer: Viewer,
  { returnId, note: state, restock, idempotencyKey }: ReceiveReturnInput,
): Promise<{ sellerOrderId: string; returnId: string; replayed: boolean }> {
  const request = {
    scope: `receiveReturn:${viewer.userId}`,
    key: idempotencyKey,
    path: ['idempotencyKey'],
    input: { returnId, note: state, restock },
  };
  const { result, replayed } = await deps.transaction((stores) =>
    stores.idempotency.once(request, async () => {
      const { locked, returned } = await lockReturn(stores, viewer, returnId);
      assertStep(returned, 'RECEIVED');
      await lockBooksOf(stores, locked.order);
      const now = deps.clock();
      const cameBack = returned.lines.flatMap(({ orderLineId, quantity }) => {
        const line = locked.lines.find(({ id }) => id === orderLineId);
        return line ? [{ line, quantity }] : [];
      });
      const { order, part } = locked;
      const lines = worthOfReturned(cameBack, leftOf(part), order.taxIncluded);
      const given = { lines, looseMinor: 0 };
      const received: Return = { ...returned, status: 'RECEIVED', receivedAt: now };
      const kind = 'RETURN_RECEIVED' as const;
      const actorId = viewer.userId;
      await announceStep(deps, stores, locked, received, {
        kind,
        remark: state,
        actorId,
        now,
      });
      const details = { reason: state ?? null, restock, actorId, now };
      const refundId =
        refundTotal(given) > 0
          ? await issueRefund(stores, locked, { ...given, ...details }, deps)
          : null;
      if (refundId === null) await takeBackPaid(stores, locked, { lines, restock });
      const refunded: Return = { ...received, status: 'REFUNDED', refundId };
      await stores.returns.save(refunded);
      await announce(stores, locked, refunded);
      return { sellerOrderId: locked.part.id, returnId, refundId };
    }),
  );
  if (!replayed && result.refundId !== null) await advanceRefund(deps, result.refundId);
  return { sellerOrderId: result.sellerOrderId, returnId, replayed };
}

/** A buyer keeps it after all. */
export async function cancelReturn(
  deps: OrdersDeps,
  viewer: Viewer | null,
  { returnId, guestToken }: { returnId: string; guestToken?: string | null },
): Promise<{ returnId: string }> {
  return deps.transaction(async (stores) => {
    const now = deps.clock();
    const path = ['returnId'];
    const [known] = isIdOf('ret', returnId) ? await stores.returns.findMany([returnId]) : [];
    if (!known) throw returnNotFound(path);
    const asker = { viewer, guestToken };
    const locked = await lockPartOfBuyer(stores, asker, known.sellerOrderId, { now, path }).catch(
      hideReturn,
    );
    const [returned = known] = await stores.returns.findMany([returnId]);
    if (returned.status === 'CANCELLED') return { returnId };
    assertStep(returned, 'CANCELLED');
    const cancelled: Return = { ...returned, status: 'CANCELLED' };
    await stores.returns.save(cancelled);
    await announce(stores, locked, cancelled);
    return { returnId };
  });
}

async function lockReturn(
  stores: OrdersTransaction,
  viewer: Viewer,
  id: string,
): Promise<{ locked: LockedPart; returned: Return }> {
  const path = ['returnId'];
  const [known] = isIdOf('ret', id) ? await stores.returns.findMany([id]) : [];
  if (!known) throw returnNotFound(path);
  const locked = await lockPartOfSeller(stores, viewer, known.sellerOrderId, path).catch(
    hideReturn,
  );
  const [returned = known] = await stores.returns.findMany([id]);
  return { locked, returned };
}

/** Of a return that one may not see, not even the order is known. */
function hideReturn(error: { category?: string }): never {
  throw error.category === 'NOT_FOUND' ? returnNotFound(['returnId']) : error;
}

function assertStep(returned: Return, to: ReturnStatus): void {
  if (!canReturnBecome(returned.status, to)) throw returnNotReady(returned.status, ['returnId']);
}

async function announceStep(
  deps: Pick<OrdersDeps, 'newId'>,
  stores: OrdersTransaction,
  locked: LockedPart,
  returned: Return,
  happened: Omit<Happened, 'order' | 'sellerOrderId'>,
): Promise<void> {
  const { order, part } = locked;
  await announce(stores, locked, returned);
  await note(stores, deps, { order, sellerOrderId: part.id, ...happened });
}

async function announce(
  { events }: Pick<OrdersTransaction, 'events'>,
  { order, part }: LockedPart,
  { id: returnId, status }: Return,
): Promise<void> {
  await events.append({
    type: 'orders.ReturnChanged',
    ...partStreams(part),
    payload: { ...partPayload(order, part), returnId, status },
  });
}
