import { expect, test } from 'vitest';
import { accountMail } from '../domain/account-mail.ts';
import type { Mail } from '../domain/mail.ts';
import { renderMail } from './render-mail.ts';

const missed: Mail = {
  language: 'en',
  subject: 'Ada in #tea',
  greeting: 'Hello,',
  paragraphs: ['What happened:'],
  notices: [
    {
      title: 'Ada in #tea',
      body: '<script>alert(1)</script> & <a href="http://evil">hi</a>',
      note: 'The newest of 3.',
    },
  ],
  closing: ['No other mail until you have read it.'],
  unsubscribe: { label: 'No more', href: 'https://souk.test/mail/unsubscribe/abc' },
};

test("a mail is text and HTML, and people's words are plain text in both", async () => {
  const { text, html } = await renderMail(missed);
  for (const form of [text, html]) {
    expect(form).toContain('Ada in #tea');
    expect(form).toContain('The newest of 3.');
    expect(form).toContain('https://souk.test/mail/unsubscribe/abc');
  }
  expect(html).toContain('lang="en"');
  expect(html).toContain('width=device-width');
  expect(html).not.toContain('<script>');
  expect(html.match(/<a /g)).toHaveLength(1);
  // Nothing is fetched when it is opened: no picture tells the sender.
  expect(html).not.toMatch(/<(?:img|link|iframe)\b|url\(/);
});

test.each([
  ['en', 'Your code to sign in', 'enter this code'],
  ['de', 'Ihr Code zum Anmelden', 'geben Sie diesen Code'],
])('a code in %s', async (language, subject, said) => {
  const parameters = {
    purpose: 'SIGN_IN',
    code: 'ABCD2345',
    expiresAt: '2100-01-02T03:04:00Z',
  } as const;
  const mail = accountMail({ template: 'CODE', parameters }, { codePageUrl: null, language });
  expect(mail.subject).toBe(subject);
  const { text, html } = await renderMail(mail);
  expect(text).toContain('\n\n    ABCD-2345\n');
  expect(text).toContain(said);
  expect(text).toContain('2100');
  expect(text).not.toContain('2100-01-02T');
  expect(html).toContain('ABCD-2345');
});
