import { expect, test } from 'vitest';
import { refresh, someone, startUsers } from './accounts.ts';
import { startNaiveRefresh } from './naive-refresh.ts';

/** The different successors that twenty refreshes at once give, of those that succeed. */
async function successorsOf(tryOnce: () => Promise<string | undefined>): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: 20 }, tryOnce));
  const tokens = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return new Set(tokens.filter((token) => token !== undefined)).size;
}

test('ten rounds of twenty refreshes at once give one successor each', async () => {
  await using graph = await startUsers();
  let { refreshToken } = (await someone(graph, 'ada')).tokens;
  for (let round = 0; round < 10; round += 1) {
    const tryOnce = async () => (await refresh(graph, refreshToken)).tokens?.refreshToken;
    expect(await successorsOf(tryOnce)).toBe(1);
    refreshToken = await tryOnce();
  }
});

test('without the lock there would be several, and this suite sees it', async () => {
  await using graph = await startUsers();
  await using naive = await startNaiveRefresh(graph);
  let worst = 0;
  for (let round = 0; round < 10 && worst < 2; round += 1) {
    const { tokens } = await someone(graph, `round${round}`);
    const tryOnce = async () => (await naive.refresh(tokens.refreshToken)).refreshToken;
    worst = Math.max(worst, await successorsOf(tryOnce));
  }
  expect(worst).toBeGreaterThan(1);
});
