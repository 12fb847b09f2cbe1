import { Body, Container, Head, Html, Link, Preview, Section, Text } from '@react-email/components';
import { render } from '@react-email/render';
import { type CSSProperties, createElement, type ReactElement } from 'react';
import type { Mail } from '../domain/mail.ts';

const FONT = '-apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';
const STYLES = {
  body: { backgroundColor: '#f4f4f1', fontFamily: FONT, margin: 0, padding: '24px 8px' },
  page: {
    backgroundColor: '#ffffff',
    border: '1px solid #e3e2dc',
    borderRadius: '8px',
    maxWidth: '560px',
    padding: '24px',
  },
  brand: { color: '#7a4b12', fontSize: '14px', fontWeight: 700, letterSpacing: '2px', margin: 0 },
  text: { color: '#24231f', fontSize: '16px', lineHeight: '24px', margin: '16px 0' },
  code: {
    backgroundColor: '#f4f4f1',
    borderRadius: '6px',
    color: '#24231f',
    fontFamily: 'ui-monospace, Menlo, Consolas, monospace',
    fontSize: '28px',
    letterSpacing: '3px',
    lineHeight: '40px',
    margin: '16px 0',
    padding: '12px 0',
    textAlign: 'center',
  },
  notice: { borderLeft: '3px solid #c98a2b', margin: '16px 0', padding: '2px 0 2px 14px' },
  title: { color: '#24231f', fontSize: '15px', fontWeight: 700, lineHeight: '22px', margin: 0 },
  said: { color: '#3c3b36', fontSize: '15px', lineHeight: '22px', margin: '2px 0 0' },
  small: { color: '#6b6a63', fontSize: '13px', lineHeight: '20px', margin: '12px 0 0' },
} satisfies Record<string, CSSProperties>;

const text = (style: CSSProperties, key: string, children: string) =>
  createElement(Text, { style, key }, children);

/** A mail as HTML that mail clients display: inline styles, no pictures, no scripts. */
export const mailHtml = (mail: Mail): Promise<string> => render(page(mail));

function page(mail: Mail): ReactElement {
  const { language, subject, greeting, paragraphs, code, notices = [], closing } = mail;
  const { unsubscribe } = mail;
  return createElement(
    Html,
    { lang: language },
    createElement(
      Head,
      null,
      createElement('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      createElement('title', null, subject),
    ),
    createElement(Preview, null, subject),
    createElement(
      Body,
      { style: STYLES.body },
      createElement(
        Container,
        { style: STYLES.page },
        text(STYLES.brand, 'brand', 'SOUK'),
        text(STYLES.text, 'greeting', greeting),
        ...paragraphs.map((paragraph, at) => text(STYLES.text, `p${at}`, paragraph)),
        ...(code === undefined ? [] : [text(STYLES.code, 'code', code)]),
        ...notices.map(({ title, body, note }, at) =>
          createElement(
            Section,
            { style: STYLES.notice, key: `n${at}` },
            text(STYLES.title, 'title', title),
            text(STYLES.said, 'body', body),
            ...(note ? [text(STYLES.small, 'note', note)] : []),
          ),
        ),
        ...closing.map((paragraph, at) =>
          text(notices.length > 0 ? STYLES.small : STYLES.text, `c${at}`, paragraph),
        ),
        ...(unsubscribe
          ? [
              createElement(
                Text,
                { style: STYLES.small, key: 'unsubscribe' },
                createElement(Link, { href: unsubscribe.href }, unsubscribe.label),
              ),
            ]
          : []),
      ),
    ),
  );
}
