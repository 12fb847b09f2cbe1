import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serviceUnavailable } from '../domain/errors/common-errors.ts';
import { createLogger } from '../process/logging.ts';
import { createTroubleLog } from './trouble-log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function started() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ name: 'test', destination });
  return { lines, trouble: createTroubleLog(logger, 'could not look') };
}

/** How servers that are away say so: each in its own words, and one and the same trouble. */
const OUTAGES = [
  new Error('Connection terminated due to connection timeout'),
  Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
  serviceUnavailable(),
];

test('an outage of an hour is a line at its begin, some while it lasts and one at its end, none with a stack', () => {
  const { lines, trouble } = started();
  for (let second = 0; second < 3_600; second += 1) {
    trouble.failed(OUTAGES[second % OUTAGES.length]);
    vi.advanceTimersByTime(1_000);
  }
  trouble.went();
  trouble.went();
  expect(lines).toHaveLength(7);
  expect(lines[0]).toMatchObject({ reason: expect.stringContaining('terminated'), times: 1 });
  expect(lines[5]).toMatchObject({ msg: 'could not look', times: 3_001 });
  expect(lines[6]).toMatchObject({ msg: 'could not look; it is over', times: 3_600 });
  expect(JSON.stringify(lines)).not.toContain('stack');
  trouble.failed(OUTAGES[0]);
  expect(lines[7]).toMatchObject({ msg: 'could not look', times: 1 });
});

test('a mistake has its stack once, also one that comes while a server is away', () => {
  const { lines, trouble } = started();
  for (let round = 0; round < 100; round += 1) {
    trouble.failed(OUTAGES[0]);
    trouble.failed(new TypeError('x is undefined'));
  }
  expect(lines).toMatchObject([
    { reason: expect.any(String), times: 1 },
    { err: { message: 'x is undefined', stack: expect.any(String) }, times: 2 },
  ]);
});

test('errors that differ each time produce no more log lines than there are kinds', () => {
  const { lines, trouble } = started();
  for (let round = 0; round < 1_000; round += 1) trouble.failed(new Error(`row ${round}`));
  expect(lines).toHaveLength(10);
});
