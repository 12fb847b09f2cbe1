import { expect, test } from 'vitest';
import { assertOutsideUrl } from './outside-url.ts';
import { isOwnName } from './own-names.ts';

const OURS = [
  ...['localhost', 'LocalHost', 'localhost.', 'a.b.localhost', 'a.localhost.', 'printer.local'],
  ...[
    'db.internal',
    'metadata.google.internal',
    'router.home.arpa',
    'home.arpa',
    'redis',
    'redis.',
  ],
];
const OUTSIDE = [
  ...['example.com', 'localhost.example.com', 'mylocalhost.com', 'local.shop', 'internal.example'],
  ...['xn--bcher-kva.example', 'home.arpa.example', 'a.localhosts'],
];
const path = ['input', 'url'];

test.each(OURS)('%s is a name of our own net: refused as soon as it is given', (name) => {
  expect(isOwnName(name)).toBe(true);
  const url = `https://${name}:8443/hook`;
  expect(() => assertOutsideUrl(url, { allowPrivate: false, path })).toThrow(
    'This address is not on the public internet.',
  );
  expect(() => assertOutsideUrl(url, { allowPrivate: true, path })).not.toThrow();
});

test.each(OUTSIDE)('%s may be one of the open net', (name) => {
  expect(isOwnName(name)).toBe(false);
  expect(() => assertOutsideUrl(`https://${name}/`, { allowPrivate: false, path })).not.toThrow();
});
