import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The parts of a service that are read; everything else in the file only concerns Docker. */
export interface ComposeService {
  image?: string;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  ports?: string[];
  restart?: string;
  secrets?: string[];
  profiles?: string[];
  mem_limit?: string;
  cpus?: number;
  logging?: { options: Record<string, string> };
}

export const ROOT = new URL('../../', import.meta.url);

/** The services of docker-compose.yml, with `${…}` filled in as Compose does. */
export function readComposeFile(env: Record<string, string>): Record<string, ComposeService> {
  const text = readFileSync(new URL('docker-compose.yml', ROOT), 'utf8');
  const { services } = parse(text, { merge: true });
  return mapStrings(services, (value) => interpolate(value, env)) as Record<string, ComposeService>;
}

/** For each secret, the variable of `.env` that contains it. */
export function readComposeSecrets(): Record<string, string> {
  const { secrets } = parse(readFileSync(new URL('docker-compose.yml', ROOT), 'utf8'), {
    merge: true,
  }) as { secrets: Record<string, { environment: string }> };
  return Object.fromEntries(
    Object.entries(secrets).map(([name, { environment }]) => [name, environment]),
  );
}

/** The environment that the image sets for every process: the ENV of the Dockerfile's last stage. */
export function readImageEnvironment(): Record<string, string> {
  const lines = readDockerfile().split('\n');
  const variables = lines.filter((line) => line.startsWith('ENV ')).at(-1) ?? '';
  return Object.fromEntries(
    variables
      .slice('ENV '.length)
      .split(' ')
      .map((pair) => pair.split('=') as [string, string]),
  );
}

export const readDockerfile = (): string =>
  readFileSync(new URL('deploy/Dockerfile', ROOT), 'utf8');

/** Compose's rules: https://docs.docker.com/reference/compose-file/interpolation/ */
function interpolate(text: string, env: Record<string, string>): string {
  return text.replace(
    /\$\$|\$\{(\w+)(?:(:[-?])([^}]*))?\}/g,
    (all, name: string, operator: string | undefined, rest: string | undefined) => {
      if (all === '$$') return '$';
      const value = env[name];
      if (value) return value;
      if (operator === ':-') return rest ?? '';
      if (operator === ':?') throw new Error(`${name}: ${rest}`);
      return '';
    },
  );
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]),
  );
}
