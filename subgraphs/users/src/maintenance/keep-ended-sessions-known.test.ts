import type { Cache } from '@souk/runtime/backplane';
import { createEndedSessions, type EndedSessions } from '@souk/runtime/identity';
import { expect, test } from 'vitest';
import { keepEndedSessionsKnown } from './keep-ended-sessions-known.ts';

const ENDED = ['ses_1', 'ses_2'];
/** Commands of the first rounds below, before any of which the list is lost; the rounds after them mend it. */
const COMMANDS = 30;

/** A cache that loses all it has before some of the commands; what it keeps runs out never, which is the worst. */
function losingCache(before: ReadonlySet<number>, afterEach: () => Promise<void>) {
  const kept = new Map<string, unknown>();
  let commands = 0;
  const command = async <T>(work: () => T): Promise<T> => {
    commands += 1;
    if (before.has(commands)) kept.clear();
    const answer = work();
    await afterEach();
    return answer;
  };
  const get = (key: string) => kept.get(key);
  const getMany = (keys: readonly string[]) => keys.map(get);
  const set = (key: string, value: unknown) => void kept.set(key, value);
  return {
    watched: {
      get: (key) => command(() => get(key)),
      getMany: (keys) => command(() => getMany(keys)),
      set: (key, value) => command(() => set(key, value)),
    } as Pick<Cache, 'get' | 'getMany' | 'set'>,
    asIs: {
      get: async (key) => get(key),
      getMany: async (keys) => getMany(keys),
      set: async () => {},
    } as Pick<Cache, 'get' | 'getMany' | 'set'>,
  };
}

/** The answers about ended sessions while two workers kept the list, which was lost twice. */
async function saidOfEnded(lostBefore: ReadonlySet<number>, as: typeof asItIs) {
  const said = new Set<string>();
  let list: EndedSessions | undefined;
  const look = async () => {
    const states = await Promise.all(ENDED.map((id) => list?.stateOf(id) ?? 'unknown'));
    for (const state of states) said.add(state);
  };
  const { watched, asIs } = losingCache(lostBefore, look);
  list = createEndedSessions(asIs);
  const worker = () =>
    keepEndedSessionsKnown({
      sessions: { endedSince: async () => ENDED },
      endedSessions: as(createEndedSessions(watched)),
      clock: () => new Date(),
    });
  const workers = [worker(), worker()];
  const rounds = async () => {
    const stopping = new AbortController().signal;
    // A round that finds a session gone which it has just added fails, and the next one comes all the same.
    await Promise.allSettled(workers.map(({ round }) => round(stopping)));
  };
  for (let time = 0; time < 6; time += 1) await rounds();
  return { said, atLast: await Promise.all([...ENDED, 'ses_3'].map((id) => list.stateOf(id))) };
}

const asItIs = (list: EndedSessions): EndedSessions => list;
/** The mutant: every list has the same name, so the word for one that was lost counts for the next. */
const underOneName = (list: EndedSessions): EndedSessions => ({
  ...list,
  begin: () => list.begin('the list'),
  isComplete: () => list.isComplete('the list'),
});

/** All that is said, or as much of it as comes before `enough` is. */
async function whateverIsLost(as: typeof asItIs, enough?: string) {
  const said = new Set<string>();
  for (let first = 1; first < COMMANDS; first += 1)
    for (let second = first + 1; second <= COMMANDS; second += 1) {
      const { said: now, atLast } = await saidOfEnded(new Set([first, second]), as);
      for (const state of now) said.add(state);
      expect(atLast).toEqual(['ended', 'ended', 'open']);
      if (enough && said.has(enough)) return said;
    }
  return said;
}

test('whenever the list is lost, even while it is being written, no ended session counts as open', async () => {
  expect([...(await whateverIsLost(asItIs))].sort()).toEqual(['ended', 'unknown']);
});

test('under one name for all lists somebody would, and this suite sees it', async () => {
  expect(await whateverIsLost(underOneName, 'open')).toContain('open');
});
