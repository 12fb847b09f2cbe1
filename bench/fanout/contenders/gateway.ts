import { SERVER_CORE, type Started, start, untilListening } from '../../processes.ts';
import { REDIS_URL, serverPort } from '../ports.ts';
import { ROOT } from '../secrets.ts';
import type { Setting } from './contender.ts';

/** All clients of a benchmark come from one address, some of one account, and thousands at once. */
const LIMITS = {
  LIMIT_SOCKETS: 'off',
  LIMIT_SOCKETS_PER_ADDRESS: 'off',
  LIMIT_SOCKETS_PER_VIEWER: 'off',
  LIMIT_RATE_ADDRESS: 'off',
  LIMIT_RATE_VIEWER: 'off',
  LIMIT_RATE_COST: 'off',
  LIMIT_RATE_REGISTER: 'off',
  LIMIT_RATE_MESSAGE: 'off',
};

/** The bundle that the container image runs. */
export const SHIPPED = 'gateway/dist/main.js';

/** This project's gateway in one process. */
export async function startGateway(
  secrets: Record<string, string>,
  addresses: Readonly<Record<string, string>>,
  { folder, place, nodeFlags }: Setting,
  bundle = SHIPPED,
): Promise<Started> {
  const port = serverPort(place);
  const gateway = start({
    file: process.execPath,
    args: [...nodeFlags, bundle],
    core: SERVER_CORE,
    logFile: `${folder}/gateway.log`,
    env: {
      ...LIMITS,
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      PORT: `${port}`,
      REDIS_URL,
      INTERNAL_IDENTITY_PRIVATE_KEY: secrets.INTERNAL_IDENTITY_PRIVATE_KEY ?? '',
      ...addresses,
    },
    cwd: ROOT,
  });
  await untilListening(port).catch(async (error) => {
    await gateway.stop();
    throw error;
  });
  return gateway;
}
