import { readFileSync } from 'node:fs';
import { ConfigError } from '@souk/runtime/process';
import { expect, test } from 'vitest';

type Environment = Readonly<Record<string, string>>;

interface SettingsOf<Config> {
  /** The name in souk.config.ts. */
  name: string;
  loadConfig: (env: Environment) => Config;
  settings: Readonly<Record<string, { readonly variable: string }>>;
  envExample: URL;
  /** What a process of this subgraph cannot do without, beside what each needs. */
  needed?: Environment;
  /** What the settings come to with nothing more than that. */
  defaults: Partial<Config>;
  /** Values that are refused, by their setting. */
  wrong?: Environment;
}

/** The settings of every subgraph process: read with their defaults, refused together, and documented. */
export function testSettings<Config extends object>(given: SettingsOf<Config>): Environment {
  const { name, loadConfig, settings, envExample, needed, defaults } = given;
  const environment = {
    [`${name.toUpperCase()}_DATABASE_URL`]: `postgresql://localhost/${name}`,
    REDIS_URL: 'redis://localhost',
    CURSOR_SECRET: 'x'.repeat(32),
    INTERNAL_IDENTITY_KEYS: '{"keys":[]}',
    ...needed,
  };
  const wrong = { PORT: '99999', ...given.wrong };

  test('a complete environment is read', () => {
    expect(loadConfig(environment)).toMatchObject(defaults);
  });

  test('every problem is reported at once', () => {
    const read = () => loadConfig(wrong);
    expect(read).toThrow(ConfigError);
    for (const variable of Object.keys({ ...wrong, ...environment }))
      expect(read).toThrow(variable);
  });

  test('.env.example names every setting, and nothing else', () => {
    const named = [...readFileSync(envExample, 'utf8').matchAll(/^(?:# )?([A-Z_]+)=/gm)];
    expect(named.map(([, variable]) => variable).sort()).toEqual(
      Object.values(settings)
        .map(({ variable }) => variable)
        .sort(),
    );
  });
  return environment;
}
