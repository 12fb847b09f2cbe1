import { type ConfigOf, integer, processSettings, readConfig } from '@souk/runtime';

const chatSettings = {
  /** Messages a person may send to one room within the window. */
  messagesPerWindow: integer('CHAT_MESSAGES_PER_WINDOW', 10, { min: 1, max: 100_000 }),
  messageWindowSeconds: integer('CHAT_MESSAGE_WINDOW_SECONDS', 10, { min: 1, max: 3_600 }),
};

export const settings = { ...processSettings('chat', 4005), ...chatSettings };

/** Chat's own settings; what a process needs besides is `processSettings`. */
export type ChatConfig = ConfigOf<typeof chatSettings>;

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);

/** Chat's own settings alone, for whoever embeds it and brings the rest. */
export const loadOwnConfig = (env: NodeJS.ProcessEnv = process.env): ChatConfig =>
  readConfig(env, chatSettings);
