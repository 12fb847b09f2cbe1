export { createGroupsSubgraph, readSchema } from './app.ts';
export { type GroupsConfig, loadConfig, loadOwnConfig, settings } from './config.ts';
export { seedDemoGroups } from './demo/seed-demo-groups.ts';
