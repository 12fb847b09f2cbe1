/** The largest quantity that is shown as available. More would reveal the stock to anybody who asks. */
export const SHOWN_UP_TO = 10;

/** What shoppers see of a number in stock; null is a stock without limit. */
export const shownQuantity = (available: number | null): number =>
  Math.min(SHOWN_UP_TO, Math.max(0, available ?? SHOWN_UP_TO));
