export * from './cost-of-read.ts';
export * from './expect-no-overread.ts';
export * from './fill-database.ts';
export * from './grown.ts';
export * from './reads-of-schema.ts';
export * from './record-statements.ts';
export type { Allowed } from './said-of-statements.ts';
export * from './walk-reads.ts';
