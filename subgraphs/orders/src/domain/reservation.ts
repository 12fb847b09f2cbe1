import type { OrderStatus } from './order-status.ts';

/** Until when an order that has just reached this state may wait to be paid; null when it does not wait. */
export const reservedUntil = (status: OrderStatus, now: Date, minutes: number): Date | null =>
  status === 'PENDING' || status === 'RESERVED' ? new Date(now.getTime() + minutes * 60_000) : null;

/** True when the time of an order is over. */
export const isExpired = (
  { reservedUntil: until }: { reservedUntil: Date | null },
  now: Date,
): boolean => until !== null && until <= now;
