export { createProductsSubgraph, readSchema } from './app.ts';
export { loadConfig, loadOwnConfig, type ProductsConfig, settings } from './config.ts';
export { seedDemoProducts } from './demo/seed-demo-products.ts';
