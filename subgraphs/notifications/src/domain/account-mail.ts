import type { AccountMail } from './email.ts';
import { fill } from './fill.ts';
import type { Mail } from './mail.ts';
import { mailTextsIn, momentIn } from './mail-texts.ts';
import { textOf } from './notice-words.ts';

export interface AccountMailOptions {
  /** The page that shows the code, with `{code}` in its address; null sends only the code. */
  codePageUrl: string | null;
  language: string;
}

/**
 * A mail about an account.
 *
 * A code is typed where it was requested; the link only opens a page that shows it, and changes nothing:
 * programs that scan mail open links, and even submit forms they find there. The address may not be confirmed
 * yet, so whoever entered it may be a stranger to the reader: the mail contains none of their words.
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
      // Sent to the former address, which gets no other mail.
      const what = parameters.change === 'EMAIL_CHANGED' ? lastHere : `${title}. ${body}`;
      return { language, subject, greeting, paragraphs: [what], closing: [notYou] };
    }
  }
}

/** Groups of four characters are read and typed with fewer mistakes. */
const inGroups = (code: string) => code.replace(/(.{4})(?=.)/g, '$1-');
