import { DE } from './notice-texts/de.ts';
import { EN, type NoticeText, type NoticeTexts } from './notice-texts/en.ts';
import { oneLine } from './notification.ts';

/** What a notice says, in no language yet: which text, and the names and numbers in it. */
export type { NoticeText };

export interface NoticeWords {
  text: NoticeText;
  values: Readonly<Record<string, string>>;
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
  { text, values }: NoticeWords,
  locale: string | null,
): { title: string; body: string } {
  const texts = TEXTS[languageFor(locale)] ?? EN;
  const [title, body] = texts[text];
  const filled = (template: string) =>
    template.replace(/\{(\w+)\}/g, (_, name: string) => oneLine(values[name] ?? ''));
  return { title: oneLine(filled(title)), body: filled(body) };
}
