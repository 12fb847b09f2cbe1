import { createLogger } from '@souk/runtime/process';
import { expect, test } from 'vitest';
import { createTerminalLog } from './terminal-log.ts';

function logging() {
  const lines: string[] = [];
  const kept: string[] = [];
  let time = 0;
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };
  const destination = createTerminalLog({
    keep: (json) => kept.push(json),
    write: (line) => lines.push(line),
    now: () => time,
  });
  const logger = createLogger({ name: 'souk', level: 'warn', destination });
  return { logger, lines, kept, pass };
}

test('a failure is one line on the terminal, and whole in the file', () => {
  const { logger, lines, kept } = logging();
  const err = new Error('the lock was not free\nand more about it');
  logger.child({ subgraph: 'chat' }).error({ err }, 'a consumer failed');
  expect(lines).toEqual(['  error: chat: a consumer failed (the lock was not free)\n']);
  expect(kept.join('')).toContain('terminal-log.test.ts');
});

test('what is said by many at once is said once, and again later', () => {
  const { logger, lines, kept, pass } = logging();
  for (let n = 0; n < 20; n += 1) logger.warn('Redis is away');
  pass(31_000);
  logger.warn('Redis is away');
  expect(lines).toEqual(['  warn: Redis is away\n', '  warn: Redis is away\n']);
  expect(kept).toHaveLength(21);
});

test('what all queues meet is said once, with the reason', () => {
  const { logger, lines, kept } = logging();
  for (const queue of ['events.chat', 'events.orders', 'mail']) {
    logger.child({ queue }).warn({ reason: 'connect ETIMEDOUT' }, 'A worker has trouble');
  }
  expect(lines).toEqual(['  warn: A worker has trouble (connect ETIMEDOUT)\n']);
  expect(kept).toHaveLength(3);
});
