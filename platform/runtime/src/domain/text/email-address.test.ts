import { expect, test } from 'vitest';
import { canonicalEmail } from './email-address.ts';
import { SCALAR_RULES } from './scalar-rules.ts';

test('one mailbox has one form', () => {
  const forms = ['Ada@Bücher.Example', 'ada@bücher.example.', ' ADA@xn--bcher-kva.example '];
  expect(new Set(forms.map(canonicalEmail))).toEqual(new Set(['ada@xn--bcher-kva.example']));
});

test('dots and tags are other mailboxes', () => {
  const forms = ['ada@a.example', 'a.da@a.example', 'ada+souk@a.example'];
  expect(new Set(forms.map(canonicalEmail)).size).toBe(3);
});

test('a look-alike domain is another domain', () => {
  expect(canonicalEmail('ada@gооgle.com')).not.toBe(canonicalEmail('ada@google.com'));
});

test.each([
  '',
  'ada',
  '@a.example',
  'ada@',
  'a@b@c.example',
  'ada@localhost',
  'ada@127.0.0.1',
  'ada@-a.example',
  '.ada@a.example',
  'a..da@a.example',
  'a da@a.example',
  'ada@a.example\r\nBcc: eve@a.example',
  'ada@a.example,eve@a.example',
  '<ada@a.example>',
  'adа@a.example',
  // Kelvin's sign, whose small letter is an ordinary k.
  '\u212aim@a.example',
  `ada@${'a'.repeat(64)}.example`,
  `${'a'.repeat(65)}@a.example`,
  `a@${'a.'.repeat(130)}example`,
])('%j is no address', (text) => {
  expect(canonicalEmail(text)).toBeNull();
  expect(() => SCALAR_RULES.EmailAddress(text, ['input', 'email'])).toThrow(
    'not a valid email address',
  );
});

test('what the owner wrote is kept for writing to them', () => {
  expect(SCALAR_RULES.EmailAddress(' Ada@Bücher.Example ', [])).toBe('Ada@Bücher.Example');
});
