import { expect, test } from 'vitest';
import { createBackplane } from '../src/backplane/index.ts';
import { createLogger } from '../src/process/logging.ts';

test('without Redis the backplane serves one process, and says so', async () => {
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', destination: { write: (line) => lines.push(line) } });
  const backplane = await createBackplane({ jobsDatabaseUrl: 'postgres://127.0.0.1:1/x', logger });
  expect(backplane.kind).toBe('in-process');
  expect(lines.join('')).toContain('serves this process only');
  await backplane.close();
});

test('a backplane with nowhere to keep jobs is refused at the start', async () => {
  await expect(createBackplane({})).rejects.toThrow('needs a Redis address');
});

test('a Redis address that cannot be read is refused, and its password kept out of the message', async () => {
  const opening = createBackplane({ redisUrl: 'redis://:secret@host:port' });
  await expect(opening).rejects.toThrow(/^The Redis address is not valid: (?!.*secret)/);
});
