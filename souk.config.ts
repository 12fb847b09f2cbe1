/**
 * The only list of subgraphs. Whatever runs TypeScript reads it; the files that cannot (biome.json,
 * docker-compose.yml, deploy/Dockerfile and so on) are compared with it by a test, which says what is
 * missing where (platform/scaffold/src/places.ts). `npm run new:subgraph -- <name>` adds to all.
 */
const subgraphs = {
  users: { port: 4001, workerPort: 4101, database: 'users' },
  products: { port: 4002, workerPort: 4102, database: 'products' },
  orders: { port: 4003, workerPort: 4103, database: 'orders' },
  groups: { port: 4004, workerPort: 4104, database: 'groups' },
  chat: { port: 4005, workerPort: 4105, database: 'chat' },
  notifications: { port: 4006, workerPort: 4106, database: 'notifications' },
} as const satisfies Record<string, SubgraphPlace>;

/** Where a subgraph is when nothing else is said. */
export interface SubgraphPlace {
  /** Of the process that answers. */
  readonly port: number;
  /** Of the worker's probes. */
  readonly workerPort: number;
  /** The name of its database on a server that all of them share. */
  readonly database: string;
}

export type SubgraphName = keyof typeof subgraphs;

export const SUBGRAPHS: Readonly<Record<SubgraphName, SubgraphPlace>> = subgraphs;

export const SUBGRAPH_NAMES = Object.keys(subgraphs) as readonly SubgraphName[];

/** Where `npm start` keeps jobs when there is no Redis. */
export const JOBS_DATABASE = 'jobs';

/** Where a subgraph's database is when the environment says so: `USERS_DATABASE_URL` and so on. */
export const databaseUrlVariable = (name: string): string => `${name.toUpperCase()}_DATABASE_URL`;

/** Where a gateway's environment says that a subgraph is: `USERS_URL` and so on. */
export const subgraphUrlVariable = (name: string): string => `${name.toUpperCase()}_URL`;
