export { createOrdersSubgraph, readSchema } from './app.ts';
export { loadConfig, loadOwnConfig, type OrdersConfig, settings } from './config.ts';
