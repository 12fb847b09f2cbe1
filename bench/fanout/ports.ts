/** Apart from those of the gateway benchmark, so that neither meets the other's processes. */
export const SERVER_PORT = 4010;
export const SUBGRAPH_PORT = 4210;
export const REDIS_PORT = 4211;

export const subgraphUrl = (name: string): string => `http://127.0.0.1:${SUBGRAPH_PORT}/${name}`;
export const REDIS_URL = `redis://127.0.0.1:${REDIS_PORT}`;
