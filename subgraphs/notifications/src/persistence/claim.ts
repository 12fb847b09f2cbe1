/** What whoever sends a row of an outbox holds: it is theirs while the row still says this moment. */
export interface Claim {
  id: string;
  claimedUntil: Date;
}

/**
 * The row, unless somebody else has taken it up since, or it was settled: whoever took longer than they had it for
 * writes nothing of it any more.
 */
export const heldBy = ({ id, claimedUntil }: Claim) => ({
  id,
  claimedUntil,
  status: 'PENDING',
});
