import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOAD_CORE, start, untilListening } from '../../processes.ts';
import { createAsker } from '../asker.ts';
import { composeLight } from '../light/schemas.ts';
import { serverPort, subgraphPort } from '../ports.ts';
import { ROOM_ID } from '../room.ts';
import { accessTokenKeys } from '../secrets.ts';
import type { Contender } from './contender.ts';
import { startGateway } from './gateway.ts';

const subgraphs = fileURLToPath(new URL('../light/subgraphs.ts', import.meta.url));

export interface SoukOptions {
  /** Another bundle than the one that is shipped. */
  readonly bundle?: string;
  readonly selections?: number;
}

/** The gateway over subgraphs that answer from memory. */
export const souk = (
  secrets: Record<string, string>,
  { bundle, selections = 1 }: SoukOptions = {},
): Contender => ({
  name: `Souk${bundle ? `, ${basename(bundle)}` : ''}${selections > 1 ? `, ${selections} selections` : ''}`,
  start: async (setting) => {
    const { folder, place } = setting;
    const subgraphsAt = subgraphPort(place);
    const tokens = accessTokenKeys(secrets);
    const supergraphFile = `${folder}/supergraph.graphql`;
    writeFileSync(supergraphFile, composeLight(subgraphsAt));
    const around = start({
      file: process.execPath,
      args: ['--import', 'tsx', subgraphs, `${subgraphsAt}`],
      core: LOAD_CORE,
      logFile: `${folder}/subgraphs.log`,
      env: { NODE_ENV: 'production', ACCESS_TOKEN_KEYS: tokens.keySet },
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      channel: true,
    });
    await untilListening(subgraphsAt);
    const addresses = {
      SUPERGRAPH_FILE: supergraphFile,
      ACCESS_TOKEN_JWKS_URL: `http://127.0.0.1:${subgraphsAt}/.well-known/jwks.json`,
    };
    const gateway = await startGateway(secrets, addresses, setting, bundle).catch(async (error) => {
      await around.stop();
      throw error;
    });
    const { ask, close } = createAsker(subgraphsAt);
    return {
      pid: gateway.pid,
      port: serverPort(place),
      protocol: 'graphql-ws',
      roomId: ROOM_ID,
      selections,
      tokenKey: tokens.key,
      say: async () => void around.child.send('say'),
      seen: async () => JSON.parse(await ask('GET', '/seen')),
      stop: async () => {
        close();
        await gateway.stop();
        await around.stop();
      },
    };
  },
});
