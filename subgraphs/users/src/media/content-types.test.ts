import { expect, test } from 'vitest';
import { contentTypeOf, isAs, isShownInline } from './content-types.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['GIF89a', 'image/gif'],
  ['RIFF\x01\x02\x03\x04WEBPVP8 ', 'image/webp'],
  ['\0\0\0\x1cftypavif', 'image/avif'],
  ['%PDF-1.7', 'application/pdf'],
  ['sku,title\n1,Bowl', 'text/plain'],
  ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'text/plain'],
  ['PK\x03\x04\0', null],
  ['MZ\0', null],
  ['\xc3\x28', null],
])('%j begins like %s', (text, type) => {
  expect(contentTypeOf(bytes(text))).toBe(type);
});

test('a text that claims to be an image is refused; a text may claim to be CSV', () => {
  expect(isAs('text/plain', 'image/png')).toBe(false);
  expect(isAs('text/plain', 'text/csv')).toBe(true);
  expect(isAs('image/png', 'text/csv')).toBe(false);
  expect(isAs(null, 'text/plain')).toBe(false);
});

test('only images are shown in a page', () => {
  expect(isShownInline('image/webp')).toBe(true);
  for (const type of ['image/svg+xml', 'text/html', 'text/plain', 'application/pdf'])
    expect(isShownInline(type)).toBe(false);
});
