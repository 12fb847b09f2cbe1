export * from './collect.ts';
export * from './databases.ts';
export * from './redis.ts';
export * from './start-subgraph.ts';
export * from './test-backplane.ts';
export * from './until.ts';
export * from './viewers.ts';
