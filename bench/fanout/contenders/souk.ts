import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LOAD_CORE, SERVER_CORE, start, untilListening } from '../../processes.ts';
import { createAsker } from '../asker.ts';
import { composeLight } from '../light/schemas.ts';
import { REDIS_URL, SERVER_PORT, SUBGRAPH_PORT } from '../ports.ts';
import { ROOM_ID } from '../room.ts';
import { accessTokenKeys, ROOT } from '../secrets.ts';
import type { Contender } from './contender.ts';

/** All clients of a benchmark come from one address, and thousands at once. */
export const GATEWAY_LIMITS = {
  LIMIT_SOCKETS: 'off',
  LIMIT_SOCKETS_PER_ADDRESS: 'off',
  LIMIT_RATE_ADDRESS: 'off',
  LIMIT_RATE_COST: 'off',
};

const subgraphs = fileURLToPath(new URL('../light/subgraphs.ts', import.meta.url));

/** The gateway as it is shipped, over subgraphs that answer from memory. */
export const souk = (secrets: Record<string, string>): Contender => ({
  name: 'Souk',
  start: async ({ folder, nodeFlags }) => {
    const tokens = accessTokenKeys(secrets);
    const supergraphFile = `${folder}/supergraph.graphql`;
    writeFileSync(supergraphFile, composeLight());
    const around = start({
      file: process.execPath,
      args: ['--import', 'tsx', subgraphs],
      core: LOAD_CORE,
      logFile: `${folder}/subgraphs.log`,
      env: { NODE_ENV: 'production', ACCESS_TOKEN_KEYS: tokens.keySet },
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
    });
    await untilListening(SUBGRAPH_PORT);
    const gateway = start({
      file: process.execPath,
      args: [...nodeFlags, 'gateway/dist/main.js'],
      core: SERVER_CORE,
      logFile: `${folder}/gateway.log`,
      env: {
        ...GATEWAY_LIMITS,
        NODE_ENV: 'production',
        LOG_LEVEL: 'warn',
        PORT: `${SERVER_PORT}`,
        SUPERGRAPH_FILE: supergraphFile,
        REDIS_URL,
        ACCESS_TOKEN_JWKS_URL: `http://127.0.0.1:${SUBGRAPH_PORT}/.well-known/jwks.json`,
        INTERNAL_IDENTITY_PRIVATE_KEY: secrets.INTERNAL_IDENTITY_PRIVATE_KEY ?? '',
      },
      cwd: ROOT,
    });
    await untilListening(SERVER_PORT);
    const { ask, close } = createAsker(SUBGRAPH_PORT);
    return {
      pid: gateway.pid,
      port: SERVER_PORT,
      protocol: 'graphql-ws',
      roomId: ROOM_ID,
      tokenKey: tokens.key,
      say: async () => void (await ask('POST', '/say')),
      seen: async () => JSON.parse(await ask('GET', '/seen')),
      stop: async () => {
        close();
        await gateway.stop();
        await around.stop();
      },
    };
  },
});
