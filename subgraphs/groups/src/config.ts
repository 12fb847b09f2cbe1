import { processSettings, readConfig } from '@souk/runtime';

export const DEFAULT_PORT = 4004;

/** Groups have no settings besides what every process is told. */
export type GroupsConfig = Readonly<Record<never, never>>;

export const settings = processSettings('groups', DEFAULT_PORT);

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);
