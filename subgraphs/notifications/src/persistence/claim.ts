/** The claim of a sender on a row of an outbox: it holds while the row still has this time. */
export interface Claim {
  id: string;
  claimedUntil: Date;
}

/**
 * The row, unless somebody else has claimed it since, or it was settled: a sender that exceeded its time
 * writes nothing more.
 */
export const heldBy = ({ id, claimedUntil }: Claim) => ({
  id,
  claimedUntil,
  status: 'PENDING',
});
