import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createJobTurns } from './job-turns.ts';

/** Jobs that last until somebody ends them, by name, and which of them are at work. */
function jobs() {
  const atWork = new Set<string>();
  const ends = new Map<string, () => void>();
  return {
    atWork: async () => {
      await delay(0);
      return [...atWork].sort();
    },
    work: (name: string) => async () => {
      atWork.add(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      atWork.delete(name);
      return name;
    },
    end: (name: string) => ends.get(name)?.(),
  };
}

const LONG_MS = 600_000;

test('a job that is tried alone waits for those before it, and those after it wait for it', async () => {
  const turns = createJobTurns(LONG_MS);
  const { atWork, work, end } = jobs();
  const first = turns.beside(work('first'));
  const suspect = turns.alone(work('suspect'));
  const other = turns.alone(work('other'));
  const last = turns.beside(work('last'));
  expect(await atWork()).toEqual(['first']);
  end('first');
  expect(await atWork()).toEqual(['suspect']);
  end('suspect');
  expect(await atWork()).toEqual(['other']);
  end('other');
  expect(await atWork()).toEqual(['last']);
  end('last');
  expect(await Promise.all([first, suspect, other, last])).toEqual([
    ...['first', 'suspect', 'other', 'last'],
  ]);
});

test('if no job has to be tried alone, all run at once', async () => {
  const turns = createJobTurns(LONG_MS);
  const { atWork, work } = jobs();
  for (const name of ['a', 'b', 'c']) turns.beside(work(name)).catch(() => {});
  expect(await atWork()).toEqual(['a', 'b', 'c']);
});

test('a job that hangs does not block others for ever', async () => {
  const turns = createJobTurns(20);
  const { atWork, work } = jobs();
  turns.beside(work('hangs')).catch(() => {});
  turns.alone(work('suspect')).catch(() => {});
  turns.beside(work('last')).catch(() => {});
  await expect.poll(atWork).toEqual(['hangs', 'last', 'suspect']);
});

test('what fails lets those behind it begin, and is thrown to whoever asked for it', async () => {
  const turns = createJobTurns(LONG_MS);
  const failing = turns.alone(async () => {
    throw new Error('no use');
  });
  const last = turns.beside(async () => 'done');
  await expect(failing).rejects.toThrow('no use');
  expect(await last).toBe('done');
});
