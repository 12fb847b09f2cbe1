/** How many of a thing are told to be there. More would tell the stock to whoever asks. */
export const SHOWN_UP_TO = 10;

/** What shoppers are told of a number in stock; null is a stock without limit. */
export const shownQuantity = (available: number | null): number =>
  Math.min(SHOWN_UP_TO, Math.max(0, available ?? SHOWN_UP_TO));
