/**
 * Splits an amount by weights so that the parts are whole numbers and sum to it exactly: the remainder goes
 * to the parts that lost most by rounding. Without any weight the first part gets everything.
 */
export function allocate(amount: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (sum === 0n) return weights.map((_, index) => (index === 0 ? amount : 0));
  const exact = weights.map((weight) => BigInt(amount) * BigInt(weight));
  const parts = exact.map((share) => share / sum);
  const left = Number(BigInt(amount) - parts.reduce((all, part) => all + part, 0n));
  const byLoss = exact
    .map((share, index) => ({ index, loss: share % sum }))
    .sort((a, b) => (a.loss === b.loss ? a.index - b.index : a.loss > b.loss ? -1 : 1));
  return parts.map((part, index) => {
    const gains = left > 0 && byLoss.findIndex((each) => each.index === index) < left;
    return Number(part) + (gains ? 1 : 0);
  });
}

/** This many hundredths of a percent of an amount, rounded to the nearest minor unit, halves up. */
export const shareOf = (amount: number, basisPoints: number, of = 10_000): number => {
  const whole = BigInt(of);
  return Number((BigInt(amount) * BigInt(basisPoints) * 2n + whole) / (2n * whole));
};
