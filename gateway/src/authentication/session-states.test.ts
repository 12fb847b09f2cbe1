import { until } from '@souk/testkit';
import { beforeEach, expect, test, vi } from 'vitest';
import { IdentityUnavailable } from './identity-unavailable.ts';
import { type AskOpenSessions, createSessionStates } from './session-states.ts';

let now = 0;
let listed: 'open' | 'ended' | 'unknown' = 'unknown';
let rows = new Set<string>();
let isAway = false;
let questions: string[][] = [];
const list = { stateOf: async () => listed };
const ask: AskOpenSessions = async (ids) => {
  questions.push([...ids]);
  if (isAway) throw new Error('users is away');
  return new Set(ids.filter((id) => rows.has(id)));
};

beforeEach(() => {
  now = 1_000_000;
  listed = 'unknown';
  rows = new Set(['a', 'b']);
  isAway = false;
  questions = [];
});
const states = () => createSessionStates({ list, ask, now: () => now });

test('a complete deny list is trusted without asking users', async () => {
  const { assertOpen } = states();
  listed = 'open';
  expect(await assertOpen('a')).toBeNull();
  listed = 'ended';
  await expect(assertOpen('a')).rejects.toThrow('the session has ended');
  // An end is for good, whatever happens to the list.
  listed = 'open';
  await expect(assertOpen('a')).rejects.toThrow('the session has ended');
  expect(questions).toEqual([]);
});

test('where the list may lack something, rows are asked: once a second, all of a moment together', async () => {
  const { assertOpen } = states();
  await Promise.all(['a', 'a', 'b'].map(assertOpen));
  expect(questions).toEqual([['a', 'b']]);
  rows.delete('a');
  now += 999;
  await assertOpen('a');
  now += 1;
  await expect(assertOpen('a')).rejects.toThrow('the session has ended');
  expect(questions).toHaveLength(2);
});

test('the session of a mutation is checked at that moment', async () => {
  const { assertOpen } = states();
  const confirm = await assertOpen('a');
  await confirm?.();
  rows.delete('a');
  await expect(confirm?.()).rejects.toThrow('the session has ended');
  expect(questions).toHaveLength(3);
});

test('while users is away, a session known to be open counts for thirty seconds', async () => {
  const { assertOpen } = states();
  await assertOpen('a');
  isAway = true;
  now += 29_999;
  const confirm = await assertOpen('a');
  await confirm?.();
  now += 1;
  await expect(confirm?.()).rejects.toThrow(IdentityUnavailable);
  await expect(assertOpen('a')).rejects.toThrow(IdentityUnavailable);
  await expect(assertOpen('b')).rejects.toThrow(IdentityUnavailable);
});

test('revocations from before the list was lost count too', async () => {
  const { assertOpen } = states();
  listed = 'open';
  await assertOpen('a');
  listed = 'unknown';
  isAway = true;
  const confirm = await assertOpen('a');
  await confirm?.();
  expect(questions).toEqual([['a'], ['a']]);
  now += 30_000;
  await expect(assertOpen('a')).rejects.toThrow(IdentityUnavailable);
});

test('a session that was known to be open does not wait for a check that hangs, whose result counts when it comes', async () => {
  let answer: (open: ReadonlySet<string>) => void = () => {};
  const hanging = vi.fn(
    () =>
      new Promise<ReadonlySet<string>>((resolve) => {
        answer = resolve;
      }),
  );
  const { assertOpen } = createSessionStates({ list, ask: hanging, now: () => now });
  listed = 'open';
  await assertOpen('a');
  listed = 'unknown';
  now += 2_000;
  const confirm = await assertOpen('a');
  await confirm?.();
  expect(hanging).toHaveBeenCalledTimes(2);
  answer(new Set());
  await until(() =>
    assertOpen('a').then(
      () => false,
      (error) => !(error instanceof IdentityUnavailable),
    ),
  );
  await expect(confirm?.()).rejects.toThrow('the session has ended');
});

test('of many sessions the ended ones are named, and none while users is away', async () => {
  const { endedAmong } = states();
  const ids = ['a', 'b', ...Array.from({ length: 1_200 }, (_, index) => `gone ${index}`)];
  expect(await endedAmong(ids)).toEqual(new Set(ids.slice(2)));
  expect(questions.map(({ length }) => length)).toEqual([500, 500, 202]);
  isAway = true;
  expect(await endedAmong(ids)).toEqual(new Set());
});

test('without a list and without rows, a token counts until it expires', async () => {
  expect(await createSessionStates({}).assertOpen('a')).toBeNull();
});

test('while the list hangs, only one request a second waits for it', async () => {
  let asked = 0;
  const hanging = {
    stateOf: async () => {
      asked += 1;
      now += 500;
      return 'unknown' as const;
    },
  };
  const { assertOpen } = createSessionStates({ list: hanging, ask, now: () => now });
  await assertOpen('a');
  await Promise.all(['a', 'b', 'a', 'b'].map(assertOpen));
  expect(asked).toBe(1);
  now += 1_000;
  await Promise.all(['a', 'b', 'a', 'b'].map(assertOpen));
  expect(asked).toBe(2);
});
