export { createOrdersSubgraph, readSchema } from './app.ts';
export { loadConfig, type OrdersConfig, settings } from './config.ts';
