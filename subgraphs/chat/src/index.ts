export { createChatSubgraph, readSchema } from './app.ts';
export { type ChatConfig, loadConfig, loadOwnConfig, settings } from './config.ts';
export { DEMO_ROOMS, type DemoTalker } from './demo/demo-rooms.ts';
export { seedDemoChat } from './demo/seed-demo-chat.ts';
