import { DE } from './mail-texts/de.ts';
import { EN, type MailTexts } from './mail-texts/en.ts';

const TEXTS: Readonly<Record<string, MailTexts>> = { en: EN, de: DE };

/** The texts of mails in a supported language; English for any other. */
export const mailTextsIn = (language: string): MailTexts => TEXTS[language] ?? EN;

/** A moment in a language, with its time zone, since the reader's is unknown. */
export const momentIn = (language: string, iso: string): string =>
  new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(new Date(iso));
