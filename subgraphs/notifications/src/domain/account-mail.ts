import type { AccountMail } from './email.ts';
import { fill } from './fill.ts';
import type { Mail } from './mail.ts';
import { mailTextsIn, momentIn } from './mail-texts.ts';
import { textOf } from './notice-words.ts';

export interface AccountMailOptions {
  /** Where a page shows the code, with `{code}` in it; null gives the code alone. */
  codePageUrl: string | null;
  language: string;
}

/**
 * A mail about an account.
 *
 * A code is typed where it was asked for; the link only opens a page that shows it, and changes nothing:
 * programs that look through mail open links, and even submit what they find there. Its address may not be
 * confirmed yet, so whoever gave it may be a stranger to who reads this: none of their words are in it.
 */
export function accountMail(
  { template, parameters }: AccountMail,
  { codePageUrl, language }: AccountMailOptions,
): Mail {
  const texts = mailTextsIn(language);
  const { greeting } = texts;
  switch (template) {
    case 'CODE': {
      const { purpose, code, expiresAt } = parameters;
      const [subject, what] = texts.code[purpose];
      const page = codePageUrl?.replace('{code}', encodeURIComponent(code));
      return {
        language,
        subject,
        greeting,
        paragraphs: [what],
        code: inGroups(code),
        closing: [
          ...(page === undefined ? [] : [fill(texts.codePage, { page })]),
          fill(texts.codeExpires, { expiresAt: momentIn(language, expiresAt) }),
          texts.codeNotYou,
        ],
      };
    }
    case 'HAS_ACCOUNT':
      return { language, greeting, ...texts.hasAccount, closing: [] };
    case 'INVITE': {
      const { subject, what, until } = texts.invite;
      const { url: page, expiresAt } = parameters;
      return {
        language,
        subject,
        greeting,
        paragraphs: [fill(what, { page })],
        closing: [fill(until, { expiresAt: momentIn(language, expiresAt) })],
      };
    }
    case 'SECURITY_NOTICE': {
      const { title, body } = textOf({ text: parameters.change, values: {} }, language);
      const { subject, lastHere, notYou } = texts.security;
      // Told to the former address, which no other mail will reach.
      const what = parameters.change === 'EMAIL_CHANGED' ? lastHere : `${title}. ${body}`;
      return { language, subject, greeting, paragraphs: [what], closing: [notYou] };
    }
  }
}

/** Four signs at a time are read and typed with fewer mistakes. */
const inGroups = (code: string) => code.replace(/(.{4})(?=.)/g, '$1-');
