import { type PasswordWeakness, weaknessFrom } from '../domain/password-rules.ts';

/** How easily a password is guessed by somebody who knows what people choose. */
export interface PasswordStrength {
  /** Why it should not be used, or null. */
  weaknessOf(password: string): Promise<PasswordWeakness | null>;
}

/** Number of guesses below which a password is found despite limits on sign-ins: zxcvbn's scores 0 and 1. */
const STRONG_ENOUGH = 2;

/**
 * Characters examined at either end. The work grows at least with the square of the length (9 s for 256
 * characters made for that purpose), and a password that is strong within these is strong.
 */
const LOOKED_AT = 32;

/** Ways to read 4 as a and the like; the library's 512 take a second for a text made of such characters. */
const L33T_SUBSTITUTIONS = 20;

/**
 * zxcvbn's estimate over the 49,000 most common passwords, in any case and with the usual substitutions. Its
 * dictionary takes 25 MB and 0.3 s, so it is loaded when the first password is chosen.
 */
export function createPasswordStrength(): PasswordStrength {
  let loading: ReturnType<typeof load> | undefined;
  return {
    weaknessOf: async (password) => {
      loading ??= load();
      const zxcvbn = await loading;
      const characters = [...typedOnLatinKeys(asSeen(password))];
      const ends = [characters.slice(0, LOOKED_AT), characters.slice(-LOOKED_AT)];
      const parts = characters.length > LOOKED_AT ? ends : [characters];
      const looks = parts.map((part) => zxcvbn.check(part.join('')));
      if (looks.some(({ score }) => score >= STRONG_ENOUGH)) return null;
      return weaknessFrom(looks[0]?.sequence.map(({ pattern }) => pattern) ?? []);
    },
  };
}

/** Without invisible characters: they are easy to leave out when guessing. */
const asSeen = (password: string) =>
  password.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');

/** The keys of a Russian keyboard, and those of a Latin one in the same positions. */
const RUSSIAN_KEYS = 'ёйцукенгшщзхъфывапролджэячсмитьбю';
const LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";

/**
 * Passwords of Russian words are leaked, and thus listed, as the Latin keys with which they are typed:
 * `пароль` is `gfhjkm`. Keyboard rows are rows in either script.
 */
const typedOnLatinKeys = (password: string) =>
  password.replace(/[а-яё]/giu, (letter) => {
    const key = LATIN_KEYS[RUSSIAN_KEYS.indexOf(letter.toLowerCase())];
    return key ?? letter;
  });

async function load() {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({
    dictionary: { 'passwords-common': dictionary['passwords-common'] },
    graphs: adjacencyGraphs,
    l33tMaxSubstitutions: L33T_SUBSTITUTIONS,
    maxLength: LOOKED_AT,
  });
}
