import { expect, test, vi } from 'vitest';
import { needing, probeAnswer } from './probes.ts';

const answered = async () => {};
const refused = () => Promise.reject(new Error('connection refused'));
const readyz = (needs: Record<string, () => Promise<void>>) =>
  probeAnswer('/readyz', { ready: needing(needs), draining: () => false });

test('a process that cannot do its work says what is away', async () => {
  expect(await readyz({ postgresql: answered })).toEqual({
    status: 200,
    body: { status: 'ready' },
  });
  expect(await readyz({ postgresql: refused, mail: answered, queue: refused })).toEqual({
    status: 503,
    body: { status: 'not ready', away: ['postgresql', 'queue'] },
  });
});

test('what does not answer at all is away as well', async () => {
  vi.useFakeTimers();
  try {
    const answer = readyz({ postgresql: () => new Promise(() => {}), mail: answered });
    await vi.runAllTimersAsync();
    expect(await answer).toMatchObject({ status: 503, body: { away: ['postgresql'] } });
  } finally {
    vi.useRealTimers();
  }
});
