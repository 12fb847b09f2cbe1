import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { SUBGRAPHS } from '@souk/runtime/events';
import { type Setting, textOfVariable } from '@souk/runtime/process';
import { describe, expect, test } from 'vitest';
import { subgraphUrlVariable } from '../../souk.config.ts';

const ROOT = new URL('../../', import.meta.url);

/** `NAME=value` on a line of its own; behind a # when the process can do without it. */
const LINE = /^(# )?([A-Z][A-Z0-9_]*)=(.*)$/;

const linesOf = (folder: string) =>
  readFileSync(new URL(`${folder}/.env.example`, ROOT), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, comment, variable, value] = LINE.exec(line) ?? [];
      return variable ? [{ variable, value, required: comment === undefined }] : [];
    });

const settingsOf = async (folder: string): Promise<Setting<unknown>[]> =>
  Object.values((await import(new URL(`${folder}/src/config.ts`, ROOT).href)).settings);

describe.each([...SUBGRAPHS.map((name) => `subgraphs/${name}`), 'gateway'])(
  '%s/.env.example',
  (folder) => {
    // A gateway finds each subgraph by one more variable, from its own list of subgraphs.
    const addresses =
      folder === 'gateway'
        ? SUBGRAPHS.map((name) => ({ variable: subgraphUrlVariable(name), required: false }))
        : [];

    test('names every setting, no other, and marks the same ones as required', async () => {
      const settings = [...(await settingsOf(folder)), ...addresses];
      const shown = linesOf(folder).map(({ variable, required }) => `${variable} ${required}`);
      expect(shown.sort()).toEqual(
        settings.map(({ variable, required }) => `${variable} ${required}`).sort(),
      );
    });

    test('shows values that the process takes, once the secrets are filled in', async () => {
      const secrets = [
        'CURSOR_SECRET',
        'EVENT_SEALING_KEYS',
        'NOTIFICATIONS_OPENING_KEYS',
        'PRODUCTS_OPENING_KEYS',
        'ACCESS_TOKEN_PRIVATE_KEYS',
        'ACCOUNT_SECRET_KEYS',
        'INTERNAL_IDENTITY_PRIVATE_KEY',
      ];
      const text = linesOf(folder)
        .map(({ variable, value }) => `${variable}=${value}`)
        .join('\n');
      const env = parseEnv(text);
      for (const setting of await settingsOf(folder)) {
        if (secrets.includes(setting.variable)) continue;
        const read = () => setting.read(textOfVariable(env, setting.variable));
        expect(read, setting.variable).not.toThrow();
      }
    });
  },
);
