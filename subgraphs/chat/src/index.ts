export { createChatSubgraph } from './app.ts';
export { type ChatConfig, embeddedChatConfig, loadConfig, settings } from './config.ts';
export { readTypeDefs, schemaUrl } from './schema.ts';
