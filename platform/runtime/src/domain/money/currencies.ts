/**
 * The currencies that people pay with, from ISO 4217, by how many digits of an amount are minor units. `Intl`
 * has other digits for many of them (how prices are usually displayed, not how they are counted), and knows
 * codes that are not money: funds, metals, tests.
 */
const BY_DIGITS: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD
    MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
    RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD
    TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const DIGITS: ReadonlyMap<string, number> = new Map(
  Object.entries(BY_DIGITS).flatMap(([digits, codes]) =>
    codes.split(/\s+/).map((code) => [code, Number(digits)] as const),
  ),
);

/** Every code that a price may have. */
export const CURRENCIES: readonly string[] = [...DIGITS.keys()].sort();

/** The code as ISO 4217 writes it (`eur` is `EUR`), or null when it is not a currency for payments. */
export function canonicalCurrency(text: string): string | null {
  const given = text.trim();
  // Other letters have ASCII capitals as well: the long s, the i without a dot.
  const code = /^[A-Za-z]{3}$/.test(given) ? given.toUpperCase() : '';
  return DIGITS.has(code) ? code : null;
}

/** How many digits of an amount in this currency are minor units. */
export const minorUnitDigits = (currency: string): number => DIGITS.get(currency) ?? 2;
