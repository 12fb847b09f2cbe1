/**
 * Apart from those of the gateway benchmark, so that neither meets the other's processes. All contenders
 * run at once, each at a place of its own.
 */
export const serverPort = (place: number): number => 4010 + place;
export const subgraphPort = (place: number): number => 4220 + place;
export const REDIS_PORT = 4211;
export const REAL_PORT = 4212;

export const REDIS_URL = `redis://127.0.0.1:${REDIS_PORT}`;
