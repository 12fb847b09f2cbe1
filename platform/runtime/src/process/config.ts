import { textOfVariable } from './text-of-variable.ts';

/** One setting: how its text becomes a value, and the error message when it cannot. */
export interface Setting<T> {
  readonly variable: string;
  /** What `.env.example` shows: the default, or an example for a required setting. */
  readonly example: string;
  readonly required: boolean;
  read(text: string | undefined): T;
}

export type ConfigOf<Settings extends Record<string, Setting<unknown>>> = {
  readonly [Key in keyof Settings]: Settings[Key] extends Setting<infer T> ? T : never;
};

/** Every problem of an environment, reported together so that one restart fixes them all. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem(s):\n- ${problems.join('\n- ')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Reads settings from the environment into one frozen typed object; throws `ConfigError`. */
export function readConfig<Settings extends Record<string, Setting<unknown>>>(
  env: NodeJS.ProcessEnv,
  settings: Settings,
): ConfigOf<Settings> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    try {
      values[key] = setting.read(textOfVariable(env, setting.variable));
    } catch (error) {
      problems.push(`${setting.variable} ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(values) as ConfigOf<Settings>;
}

/** The lines of a `.env.example` for these settings. */
export const exampleEnvironment = (settings: Record<string, Setting<unknown>>): string =>
  Object.values(settings)
    .map(({ variable, example, required }) => `${required ? '' : '# '}${variable}=${example}\n`)
    .join('');

const setting = <T>(
  variable: string,
  fallback: T | undefined,
  example: string,
  parse: (text: string) => T,
): Setting<T> => ({
  variable,
  example,
  required: fallback === undefined,
  read: (text) => {
    if (text !== undefined) return parse(text);
    if (fallback === undefined) throw new Error('is required.');
    return fallback;
  },
});

export const text = (variable: string, fallback?: string, example = fallback ?? '…') =>
  setting(variable, fallback, example, (value) => value);

/** A setting that may be left out; reads as `undefined` then. */
export const optional = <T>(inner: Setting<T>): Setting<T | undefined> => ({
  ...inner,
  required: false,
  read: (value) => (value === undefined ? undefined : inner.read(value)),
});

export const integer = (variable: string, fallback?: number, { min = 0, max = 2 ** 31 } = {}) =>
  setting(variable, fallback, String(fallback ?? min), (value) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < min || number > max) {
      throw new Error(`must be a whole number from ${min} to ${max}, not "${value}".`);
    }
    return number;
  });

export const port = (variable: string, fallback?: number) =>
  integer(variable, fallback, { min: 0, max: 65_535 });

export const url = (
  variable: string,
  fallback?: string,
  example = fallback ?? 'http://localhost',
) =>
  setting(variable, fallback, example, (value) => {
    if (!URL.canParse(value)) throw new Error(`must be a URL, not "${value.slice(0, 12)}…".`);
    return value;
  });

export const flag = (variable: string, fallback: boolean) =>
  setting(variable, fallback, String(fallback), (value) => {
    if (value !== 'true' && value !== 'false') throw new Error(`must be true or false.`);
    return value === 'true';
  });

export const oneOf = <const Option extends string>(
  variable: string,
  options: readonly Option[],
  fallback?: NoInfer<Option>,
) =>
  setting<Option>(variable, fallback, fallback ?? options[0] ?? '', (value) => {
    const option = options.find((candidate) => candidate === value);
    if (option === undefined) throw new Error(`must be one of ${options.join(', ')}.`);
    return option;
  });

/** Several values, separated by commas; none when it is left out. */
export function listOf<Item>(
  variable: string,
  example: string,
  read: (item: string) => Item,
): Setting<readonly Item[]> {
  return {
    variable,
    example,
    required: false,
    read: (value = '') =>
      value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map(read),
  };
}

/**
 * A secret of at least `minLength` characters, or several, separated by commas; its text never appears in
 * error messages.
 */
export const secret = (variable: string, { minLength = 32 } = {}) =>
  setting(
    variable,
    undefined as string | undefined,
    `at least ${minLength} random characters`,
    (value) => {
      if (value.split(',').some((one) => one.length < minLength)) {
        throw new Error(`must have at least ${minLength} characters.`);
      }
      return value;
    },
  ) as Setting<string>;

/** A JSON value, such as a key set. */
export const json = <T>(variable: string, example = '{}') =>
  setting<T>(variable, undefined, example, (value) => {
    try {
      return JSON.parse(value) as T;
    } catch {
      throw new Error('must be JSON.');
    }
  });
