import { expect, test } from 'vitest';
import { userAgentOf } from './client-of-request.ts';

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64)', 'Mozilla/5.0 (X11; Linux x86_64)'],
  [' curl/8.5\u0085\u009b31m\u00ad ', 'curl/8.531m'],
  ['x'.repeat(5_000), 'x'.repeat(256)],
  ['\t', undefined],
  [undefined, undefined],
])('%j is shown as %j', (given, shown) => {
  expect(userAgentOf({ 'user-agent': given })).toBe(shown);
});
