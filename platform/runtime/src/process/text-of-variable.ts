import { readFileSync } from 'node:fs';

/**
 * The text of a variable or, if it is not set, that of the file named by `<NAME>_FILE`: so a secret can be
 * given as a file that only this process may read, and does not appear in any environment.
 *
 * @throws when the file cannot be read, with its path and never its content
 */
export function textOfVariable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name]?.trim();
  const file = env[`${name}_FILE`]?.trim();
  if (text || !file) return text || undefined;
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`cannot be read from the file ${file} of ${name}_FILE (${code}).`);
  }
}
