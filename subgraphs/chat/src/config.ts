import { type ConfigOf, flag, integer, readConfig } from '@souk/runtime/process';
import { processSettings } from '@souk/runtime/subgraph';

const chatSettings = {
  /** Messages a person may send to one room within the window. */
  messagesPerWindow: integer('CHAT_MESSAGES_PER_WINDOW', 10, { min: 1, max: 100_000 }),
  messageWindowSeconds: integer('CHAT_MESSAGE_WINDOW_SECONDS', 10, { min: 1, max: 3_600 }),
  /** Rooms an account may open within the contact window. */
  roomsPerWindow: integer('CHAT_ROOMS_PER_WINDOW', 30, { min: 1, max: 1_000_000 }),
  /** Strangers it may bring into rooms within that window. */
  strangersPerWindow: integer('CHAT_STRANGERS_PER_WINDOW', 60, { min: 1, max: 1_000_000 }),
  /** Changes of rooms and their participants within that window; each is sent to everybody in the room. */
  changesPerWindow: integer('CHAT_CHANGES_PER_WINDOW', 300, { min: 1, max: 1_000_000 }),
  /** Whether strangers must ask before they write to somebody or bring them into a room. */
  strangersAsk: flag('CHAT_STRANGERS_ASK', true),
  /** Changes of its presence an account may make within their window; each is sent to all who watch it. */
  presenceChangesPerWindow: integer('CHAT_PRESENCE_CHANGES_PER_WINDOW', 60, {
    min: 1,
    max: 1_000_000,
  }),
  presenceWindowSeconds: integer('CHAT_PRESENCE_WINDOW_SECONDS', 600, { min: 1, max: 604_800 }),
  contactWindowSeconds: integer('CHAT_CONTACT_WINDOW_SECONDS', 3_600, { min: 1, max: 604_800 }),
};

export const settings = { ...processSettings('chat', 4005), ...chatSettings };

/** Chat's own settings; the other settings of a process are in `processSettings`. */
export type ChatConfig = ConfigOf<typeof chatSettings>;

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);

/** Only chat's own settings, for a caller that embeds it and provides the rest. */
export const loadOwnConfig = (env: NodeJS.ProcessEnv = process.env): ChatConfig =>
  readConfig(env, chatSettings);
