import type { Db } from './client.ts';

/** A request to see a guest's order again, until its code is entered. */
export interface GuestRequest {
  readonly digest: Uint8Array<ArrayBuffer>;
  /** Null: there is no such order, which the requester does not learn. */
  readonly orderId: string | null;
  readonly codeDigest: Uint8Array<ArrayBuffer> | null;
}

export interface GuestRequestStore {
  insert(request: GuestRequest & { createdAt: Date; expiresAt: Date }): Promise<void>;
  /**
   * Counts an attempt, and returns the request if there was an attempt left; null when none can be answered.
   * One statement, so that no concurrent attempt is missed.
   */
  countTry(
    digest: Uint8Array<ArrayBuffer>,
    maxTries: number,
    now: Date,
  ): Promise<GuestRequest | null>;
  /** False when it was answered before: of concurrent right answers one is accepted. */
  use(digest: Uint8Array<ArrayBuffer>, now: Date): Promise<boolean>;
}

export const createGuestRequestStore = ({ guestAccessRequest }: Db): GuestRequestStore => ({
  insert: async (request) => {
    await guestAccessRequest.create({ data: request });
  },
  countTry: async (digest, maxTries, now) => {
    const [row] = await guestAccessRequest.updateManyAndReturn({
      where: { digest, usedAt: null, expiresAt: { gt: now }, attempts: { lt: maxTries } },
      data: { attempts: { increment: 1 } },
      select: { digest: true, orderId: true, codeDigest: true },
    });
    return row ?? null;
  },
  use: async (digest, now) => {
    const { count } = await guestAccessRequest.updateMany({
      where: { digest, usedAt: null },
      data: { usedAt: now },
    });
    return count === 1;
  },
});
