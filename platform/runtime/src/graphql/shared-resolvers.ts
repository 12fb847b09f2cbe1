import { formatMoney, numberOf, type ShownMoney } from '../domain/money/money.ts';
import { scalarsDeclaredIn } from './scalars.ts';

/** English, since a stream that is completed once for thousands has no request to take a language from. */
const DEFAULT_LOCALE = 'en';

const money = {
  minorUnits: numberOf,
  formatted: (amount: ShownMoney, { locale }: { locale?: string | null }) =>
    formatMoney(amount, locale ?? DEFAULT_LOCALE),
};

/** The resolvers of those shared types that a schema declares. */
export const sharedResolversFor = (typeDefs: string): Record<string, unknown> => ({
  ...scalarsDeclaredIn(typeDefs),
  ...(/^type Money\b/m.test(typeDefs) && { Money: money }),
});
