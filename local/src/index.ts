export { localSecrets } from './secrets.ts';
export { backplaneOn, type Servers, startServers } from './servers.ts';
export { type Supergraph, type SupergraphOptions, startSupergraph } from './supergraph.ts';
