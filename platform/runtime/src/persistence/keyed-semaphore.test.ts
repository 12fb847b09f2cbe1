import { expect, test } from 'vitest';
import { databaseErrorAsDomainError } from './database-errors.ts';
import { createKeyedSemaphore, type KeyedSemaphore } from './keyed-semaphore.ts';

/** Pieces of work that take a permit and keep it until they are told to release it. */
function workshop(semaphore: KeyedSemaphore) {
  const begun: string[] = [];
  const begin = (name: string, keys: string[]) => {
    const permits = semaphore.hold();
    const beginning = permits.acquire(keys).then(() => {
      begun.push(name);
    });
    return { beginning, end: () => permits.release() };
  };
  return { begun, begin, settled: () => new Promise((resolve) => setImmediate(resolve)) };
}

test('a key gives as many permits as it has, in the order in which they are asked for', async () => {
  const semaphore = createKeyedSemaphore({ permits: 2 });
  const { begun, begin, settled } = workshop(semaphore);
  const works = ['a', 'b', 'c', 'd'].map((name) => begin(name, ['hot']));
  await settled();
  expect(begun).toEqual(['a', 'b']);
  expect(semaphore.waiting).toBe(2);
  works[1]?.end();
  await settled();
  expect(begun).toEqual(['a', 'b', 'c']);
  for (const { end } of works.slice(0, 3)) end();
  await settled();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  expect(semaphore.waiting).toBe(0);
});

test('whoever asks for another key waits for nobody', async () => {
  const { begun, begin, settled } = workshop(createKeyedSemaphore({ permits: 1 }));
  const hot = Array.from({ length: 500 }, (_, n) => begin(`hot ${n}`, ['hot']));
  begin('cold', ['cold']);
  await settled();
  expect(begun).toEqual(['hot 0', 'cold']);
  for (const { beginning, end } of hot) {
    await beginning;
    end();
  }
});

test('nobody is overtaken by whoever comes without waiting', async () => {
  const semaphore = createKeyedSemaphore({ permits: 1 });
  const { begun, begin, settled } = workshop(semaphore);
  const first = begin('first', ['hot']);
  begin('second', ['hot']);
  first.end();
  expect(semaphore.hold().tryAcquire(['hot'])).toBe(false);
  await settled();
  expect(begun).toEqual(['first', 'second']);
});

test('two who ask for the same keys in opposite order both come to an end', async () => {
  const { begun, begin, settled } = workshop(createKeyedSemaphore({ permits: 1 }));
  const works = Array.from({ length: 20 }, (_, n) =>
    begin(String(n), n % 2 === 0 ? ['a', 'b'] : ['b', 'a']),
  );
  for (const { beginning, end } of works) {
    await beginning;
    end();
  }
  await settled();
  expect(begun).toHaveLength(20);
});

test('permits are taken all or none, and given back once', async () => {
  const semaphore = createKeyedSemaphore({ permits: 1 });
  const taken = semaphore.hold();
  expect(taken.tryAcquire(['a'])).toBe(true);
  const other = semaphore.hold();
  expect(other.tryAcquire(['b', 'a'])).toBe(false);
  expect(semaphore.hold().tryAcquire(['b'])).toBe(true);
  taken.release();
  taken.release();
  expect(other.tryAcquire(['a'])).toBe(true);
  expect(semaphore.hold().tryAcquire(['a'])).toBe(false);
});

test('whoever would be one too many is refused at once, and whoever waits for too long in the end', async () => {
  const semaphore = createKeyedSemaphore({ permits: 1, mostWaiting: 1, maxWaitMs: 1 });
  const taken = semaphore.hold();
  await taken.acquire(['hot']);
  const waits = semaphore.hold().acquire(['cold', 'hot']);
  const refusals = await Promise.all(
    [semaphore.hold().acquire(['hot']), waits].map((waiting) => waiting.catch((error) => error)),
  );
  expect(refusals.map(databaseErrorAsDomainError)).toMatchObject([
    { code: 'SERVICE_UNAVAILABLE' },
    { code: 'SERVICE_UNAVAILABLE' },
  ]);
  expect(semaphore.waiting).toBe(0);
  expect(semaphore.hold().tryAcquire(['cold'])).toBe(true);
  taken.release();
  expect(semaphore.hold().tryAcquire(['hot'])).toBe(true);
});

test('what is counted without a permit holds up those who come after it', () => {
  const semaphore = createKeyedSemaphore({ permits: 1 });
  const crowd = [semaphore.hold(), semaphore.hold()];
  for (const one of crowd) one.force(['hot']);
  expect(semaphore.hold().tryAcquire(['hot'])).toBe(false);
  crowd[0]?.release();
  expect(semaphore.hold().tryAcquire(['hot'])).toBe(false);
  crowd[1]?.release();
  expect(semaphore.hold().tryAcquire(['hot'])).toBe(true);
});
