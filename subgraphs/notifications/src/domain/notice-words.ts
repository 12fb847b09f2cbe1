import { formatMoney, moneyOf } from '@souk/runtime/domain';
import { fill } from './fill.ts';
import { DE } from './notice-texts/de.ts';
import { EN, type NoticeText, type NoticeTexts } from './notice-texts/en.ts';
import { oneLine } from './notification.ts';

/** The content of a notice, independent of language: which text, and the names and numbers in it. */
export type { NoticeText };

export interface NoticeWords {
  text: NoticeText;
  values: Readonly<Record<string, string>>;
  /** Amounts of money among them, formatted for the reader's language. */
  prices?: Readonly<Record<string, { minorUnits: number; currency: string }>>;
}

const TEXTS: Readonly<Record<string, NoticeTexts>> = { en: EN, de: DE };

/** The languages that notices and mails are written in. */
export const LANGUAGES = Object.keys(TEXTS);

/** The supported language that is closest to the requested one; English when there is none. */
export const languageFor = (locale: string | null): string => {
  const language = locale?.split('-')[0]?.toLowerCase() ?? '';
  return LANGUAGES.includes(language) ? language : 'en';
};

/** Title and body of a notice in a language; a title is one line, whatever names it contains. */
export function textOf(
  { text, values, prices = {} }: NoticeWords,
  locale: string | null,
): { title: string; body: string } {
  const texts = TEXTS[languageFor(locale)] ?? EN;
  const [title, body] = texts[text];
  const shown = {
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, oneLine(value)])),
    ...Object.fromEntries(
      Object.entries(prices).map(([name, { minorUnits, currency }]) => [
        name,
        formatMoney(moneyOf(minorUnits, currency), languageFor(locale)),
      ]),
    ),
  };
  return { title: oneLine(fill(title, shown)), body: fill(body, shown) };
}

/** The text of a message in a notice; a message of only files or embeds has none. */
export const saidIn = (body: string, locale: string | null): string =>
  body.trim() === '' ? textOf({ text: 'WITHOUT_WORDS', values: {} }, locale).body : body;
