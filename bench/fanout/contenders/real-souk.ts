import { createAsker } from '../asker.ts';
import { serverPort } from '../ports.ts';
import { registerAuthor } from '../real/author.ts';
import type { RealSouk } from '../real/real-souk.ts';
import { accessTokenKeys } from '../secrets.ts';
import type { Contender } from './contender.ts';
import { startGateway } from './gateway.ts';

/** The gateway as it is shipped, over the repository's own subgraphs and their database. */
export const realSouk = (secrets: Record<string, string>, real: RealSouk): Contender => ({
  name: 'Souk, users and chat',
  start: async (setting) => {
    const gateway = await startGateway(secrets, real.addresses, setting);
    const port = serverPort(setting.place);
    const asker = createAsker(port);
    const stop = async (): Promise<void> => {
      asker.close();
      await gateway.stop();
    };
    const author = await registerAuthor(asker, real.codeFor).catch(async (error) => {
      await stop();
      throw error;
    });
    return {
      pid: gateway.pid,
      port,
      protocol: 'graphql-ws',
      roomId: author.roomId,
      tokenKey: accessTokenKeys(secrets).key,
      say: author.say,
      seen: async () => ({ fetches: real.userFetches, open: null }),
      stop,
    };
  },
});
