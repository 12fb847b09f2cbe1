import { readConfig } from '@souk/runtime/process';
import { processSettings } from '@souk/runtime/subgraph';

export const DEFAULT_PORT = 4801;

export const settings = processSettings('specimens', DEFAULT_PORT);

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);
