import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ComposeService, readComposeSecrets } from './compose-file.ts';

/** What Compose mounts at /run/secrets: a file each, by the secret's name. */
export function writeSecrets(
  folder: string,
  keys: Readonly<Record<string, string>>,
  addresses: ReadonlyMap<string, string | number>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(readComposeSecrets()).map(([name, variable]) => {
      const text = keys[variable];
      if (!text) throw new Error(`${variable}, the secret ${name}, is not in .env.`);
      const file = join(folder, `secret ${name}`);
      writeFileSync(file, onThisMachine({ text }, addresses).text ?? '', { mode: 0o600 });
      return [name, file];
    }),
  );
}

/** The same environment with the files of this machine; one that was not given is not there. */
export const withSecretFiles = (
  environment: Record<string, string>,
  { secrets = [] }: ComposeService,
  files: ReadonlyMap<string, string>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      const [, secret] = /^\/run\/secrets\/(\w+)$/.exec(value) ?? [];
      return [name, secret && secrets.includes(secret) ? (files.get(secret) ?? value) : value];
    }),
  );

/** The same addresses with this machine in place of the network that Docker would make. */
export function onThisMachine(
  environment: Record<string, string>,
  addresses: ReadonlyMap<string, string | number>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      const [host, port] = [...addresses].find(([host]) => value.includes(host)) ?? [];
      return [name, host === undefined ? value : value.replace(host, `127.0.0.1:${port}`)];
    }),
  );
}
