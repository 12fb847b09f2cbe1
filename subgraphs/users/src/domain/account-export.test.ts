import { expect, test } from 'vitest';
import { assertMayExport, EXPORT_EVERY_MS } from './account-export.ts';

const at = new Date('2026-01-01T00:00:00Z');
const later = (ms: number) => new Date(at.getTime() + ms);

test('an export is made once a day, and again when it failed', () => {
  const last = { status: 'SUCCEEDED', createdAt: at } as const;
  expect(() => assertMayExport(null, at)).not.toThrow();
  expect(() => assertMayExport(last, later(EXPORT_EVERY_MS))).not.toThrow();
  expect(() => assertMayExport({ ...last, status: 'FAILED' }, later(1))).not.toThrow();
  for (const status of ['RUNNING', 'SUCCEEDED'] as const) {
    expect(() => assertMayExport({ ...last, status }, later(EXPORT_EVERY_MS - 1_500))).toThrow(
      expect.objectContaining({ code: 'RATE_LIMITED', data: { retryAfterSeconds: 2 } }),
    );
  }
});
