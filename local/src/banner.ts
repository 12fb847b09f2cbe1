import { join } from 'node:path';
import type { DemoPerson } from '@souk/users';
import { MAILBOX_PATH } from './mailbox-route.ts';

export interface BannerFacts {
  /** Of the gateway, without a path. */
  url: string;
  dataDir: string;
  postgres: { version: string; port: number };
  /** Where the backplane is, or null for the one inside this process. */
  redisSource: string | null;
  demo: { people: readonly Pick<DemoPerson, 'username'>[]; password: string } | null;
  startedInMs: number;
}

/** What runs where, and what to try first. */
export function banner(facts: BannerFacts): string {
  const { url, dataDir, postgres, redisSource, demo, startedInMs } = facts;
  const backplane = redisSource
    ? `Redis (${redisSource})`
    : 'in this process: no Redis found, so this serves one process only';
  const signIn = demo
    ? `sign in     as ${demo.people.map(({ username }) => username).join(', ')}, password ${demo.password}`
    : 'sign in     register somebody first: registerUser; the playground offers the code of the mail';
  return `
  Souk is ready after ${(startedInMs / 1000).toFixed(1)} s.

  playground  ${url}/
  endpoint    ${url}/graphql   (HTTP and WebSocket)
  mailbox     ${url}${MAILBOX_PATH}
  health      ${url}/livez  ${url}/readyz

  PostgreSQL  ${postgres.version} on port ${postgres.port}, a database per subgraph, data in ${dataDir}
  backplane   ${backplane}
  log         ${join(dataDir, 'souk.log')}

  ${signIn}
  try         { products(first: 3) { edges { node { title seller { displayName } } } } }

  Ctrl-C stops everything; the data stays.
`;
}
