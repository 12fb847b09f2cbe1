import { describe, expect, test } from 'vitest';
import { SCALAR_RULES } from './scalar-rules.ts';

const isRefused = (rule: keyof typeof SCALAR_RULES, text: string) =>
  expect(() => SCALAR_RULES[rule](text, ['field'])).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT', argumentPath: ['field'] }),
  );

describe('an address that people are led to', () => {
  test.each([
    ['https://example.org', 'https://example.org/'],
    [' HTTPS://Example.org/a b ', 'https://example.org/a%20b'],
    ['http://localhost:3000/back?x=1#y', 'http://localhost:3000/back?x=1#y'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ])('%s', (text, kept) => {
    expect(SCALAR_RULES.URL(text, [])).toBe(kept);
  });

  test.each([
    'javascript:alert(document.cookie)//',
    ' java\nscript:alert(1)',
    'JaVaScRiPt://example.org/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'intent://scan/#Intent;scheme=zxing;end',
    'blob:https://example.org/1',
    'ftp://example.org/',
    'https://bank.example@evil.example/',
    'https://user:password@example.org/',
    '//example.org/',
    '/back',
    'example.org',
    'https://',
    '',
    `https://example.org/${'x'.repeat(2_048)}`,
  ])('is not %s', (text) => isRefused('URL', text));
});

describe('a time zone', () => {
  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['eUROPE/bERLIN', 'Europe/Berlin'],
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['utc', 'UTC'],
    ['us/eastern', 'America/New_York'],
  ])('%s is kept as %s', (text, kept) => {
    expect(SCALAR_RULES.TimeZone(text, [])).toBe(kept);
  });

  test('is kept in two spellings at most, whatever capitals it is written in', () => {
    for (const zone of ['America/Argentina/ComodRivadavia', 'Europe/Kyiv', 'Asia/Tokyo', 'GMT']) {
      const kept = Array.from({ length: 500 }, () =>
        zone.replace(/[a-z]/gi, (letter) =>
          Math.random() < 0.5 ? letter.toLowerCase() : letter.toUpperCase(),
        ),
      ).map((text) => SCALAR_RULES.TimeZone(text, []));
      expect(new Set(kept).size).toBeLessThanOrEqual(2);
    }
  });

  test.each(['Europe/Nowhere', '+02:00', 'Europe/Berlin;', '../etc', ''])('is not %s', (text) =>
    isRefused('TimeZone', text),
  );
});

test.each(['ſe', 'ın', 'ß', 'ﬆ', 'S', 'SWE', 'S1'])(
  '%s is no country, whatever its capitals are',
  (text) => {
    isRefused('CountryCode', text);
  },
);
