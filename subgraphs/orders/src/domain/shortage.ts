/** Why products could not reserve something. */
export type ShortageReason = 'NOT_FOR_SALE' | 'OUT_OF_STOCK' | 'TOO_MANY';

export const noLongerOnSale = (title: string) => `${title} is no longer for sale.`;
export const soldOut = (title: string) => `${title} is sold out.`;
export const tooFewOf = (title: string) => `There are not that many of ${title}.`;

const WORDS: Readonly<Record<ShortageReason, (title: string) => string>> = {
  NOT_FOR_SALE: noLongerOnSale,
  OUT_OF_STOCK: soldOut,
  TOO_MANY: tooFewOf,
};

/** What a buyer learns of it: the reason, and never how many are left. */
export const wordsOfShortage = ({
  title,
  reason,
}: {
  title: string;
  reason: ShortageReason;
}): string => WORDS[reason](title);
