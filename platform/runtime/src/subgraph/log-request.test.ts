import { expect, test } from 'vitest';
import { createLogger } from '../process/logging.ts';
import { createRequestLog } from './log-request.ts';

test('of a name that a client made long, a line holds the beginning', () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createRequestLog(createLogger({ name: 'toy', destination }));
  const name = 'Q'.repeat(20_000);
  const request = log.begin('r', `subscription ${name} { typing }`, name);
  request?.opened();
  request?.ended();
  log.begin('r', `query ${name} { me }`, name)?.answered([]);
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(JSON.parse(line).operation).toBe('Q'.repeat(100));
});
