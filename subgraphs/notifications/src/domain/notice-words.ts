import { formatMoney, moneyOf } from '@souk/runtime/domain';
import { fill } from './fill.ts';
import { DE } from './notice-texts/de.ts';
import { EN, type NoticeText, type NoticeTexts } from './notice-texts/en.ts';
import { oneLine } from './notification.ts';

/** What a notice says, in no language yet: which text, and the names and numbers in it. */
export type { NoticeText };

export interface NoticeWords {
  text: NoticeText;
  values: Readonly<Record<string, string>>;
  /** Sums of money among them, shown as the reader's language has them. */
  prices?: Readonly<Record<string, { minorUnits: number; currency: string }>>;
}

const TEXTS: Readonly<Record<string, NoticeTexts>> = { en: EN, de: DE };

/** The languages that notices and mails are written in. */
export const LANGUAGES = Object.keys(TEXTS);

/** The language of ours that is nearest to what somebody asked for; English where none is. */
export const languageFor = (locale: string | null): string => {
  const language = locale?.split('-')[0]?.toLowerCase() ?? '';
  return LANGUAGES.includes(language) ? language : 'en';
};

/** Title and body of a notice in a language; a title is one line, whatever the names in it hold. */
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

/** What a message says in a notice; one of files or embeds alone has no words of its own. */
export const saidIn = (body: string, locale: string | null): string =>
  body.trim() === '' ? textOf({ text: 'WITHOUT_WORDS', values: {} }, locale).body : body;
