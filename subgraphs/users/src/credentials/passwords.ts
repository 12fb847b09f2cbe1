import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { signInBusy } from '../domain/errors.ts';
import { isHashable, normalPassword } from '../domain/password-rules.ts';
import { createGate } from './gate.ts';

export interface Passwords {
  /** A PHC string: algorithm, parameters, salt and hash in one. */
  hash(password: string): Promise<string>;
  /** Takes the same time for an account that does not exist: pass null as its hash. */
  verify(storedHash: string | null, password: string): Promise<boolean>;
  /** Whether a stored hash was made with weaker parameters than the current ones. */
  isOutdated(storedHash: string): boolean;
}

/**
 * OWASP's Password Storage cheat sheet: the minimum it accepts for argon2id, which is the library's default
 * algorithm; about 9 ms per hash.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** More concurrency would only slow each of them down; a longer queue would only make all of them late. */
const SLOTS = 2 * availableParallelism();
const MAX_WAITING = 16 * SLOTS;

export function createPasswords(): Passwords {
  const inTurn = createGate({ slots: SLOTS, maxWaiting: MAX_WAITING, whenFull: signInBusy });
  const hashNow = (password: string) => inTurn(() => hash(normalPassword(password), PARAMETERS));
  let hashOfNobody: Promise<string> | null = null;
  return {
    hash: hashNow,
    verify: async (storedHash, password) => {
      hashOfNobody ??= hash(crypto.randomUUID(), PARAMETERS);
      const against = storedHash ?? (await hashOfNobody);
      // A password that could never have been set is compared as an empty one: the same work, and always
      // wrong.
      const candidate = isHashable(password) ? normalPassword(password) : '';
      const matches = await inTurn(() => verify(against, candidate));
      return matches && storedHash !== null && candidate !== '';
    },
    isOutdated: (storedHash) => {
      const [, memory, time, lanes] = /\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(storedHash) ?? [];
      return (
        Number(memory) < PARAMETERS.memoryCost ||
        Number(time) < PARAMETERS.timeCost ||
        Number(lanes) < PARAMETERS.parallelism
      );
    },
  };
}
