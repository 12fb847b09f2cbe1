export { createSpecimensSubgraph, readSchema } from './app.ts';
export { loadConfig, settings } from './config.ts';
export { seedDemoSpecimens } from './demo/seed-demo-specimens.ts';
