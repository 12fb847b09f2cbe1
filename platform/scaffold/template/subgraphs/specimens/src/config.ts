import { processSettings, readConfig } from '@souk/runtime';

export const DEFAULT_PORT = 4801;

export const settings = processSettings('specimens', DEFAULT_PORT);

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);
