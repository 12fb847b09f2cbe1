import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { countedWarning, warnCounted } from './counted-warning.ts';
import { createLogger } from './logging.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('of many warnings of a kind the first is reported at once, the others as a count', async () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ name: 'test', destination });
  const flood = (message: string, times: number) => {
    for (let nth = 0; nth < times; nth += 1) warnCounted(logger, message, { nth });
  };
  flood('a is away', 1_000);
  flood('b is away', 1);
  expect(lines).toMatchObject([
    { msg: 'a is away', nth: 0 },
    { msg: 'b is away', nth: 0 },
  ]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lines.slice(2)).toMatchObject([{ msg: 'a is away', times: 999 }]);
  // Nothing for a while: the next one is reported at once again.
  await vi.advanceTimersByTimeAsync(20_000);
  flood('a is away', 1);
  expect(lines.slice(3)).toMatchObject([{ msg: 'a is away', nth: 0 }]);
});

test('an outage of an hour produces a few lines that cover all of it, and the next one is logged at once', async () => {
  const lines: { times?: number; nth?: number }[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const warn = countedWarning(createLogger({ name: 'test', destination }), 'a is away');
  for (let nth = 0; nth < 3_600; nth += 1) {
    warn({ nth });
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.length).toBeLessThan(20);
  await vi.advanceTimersByTimeAsync(40_000);
  warn({ nth: 3_600 });
  expect(lines.at(-1)).toMatchObject({ nth: 3_600 });
  expect(lines.at(-1)).not.toHaveProperty('times');
  expect(lines.reduce((all, { times = 1 }) => all + times, 0)).toBe(3_601);
});
