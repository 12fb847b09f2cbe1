import { readFileSync } from 'node:fs';

/**
 * The text of a variable; where it is not set, that of the file which `<NAME>_FILE` names: so a secret
 * comes as a file that only this process may read, and is in no list of environments.
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
