import { isPortTaken } from '@souk/embedded';
import { SUBGRAPH_NAMES, SUBGRAPHS, type SubgraphName } from '../../souk.config.ts';
import { portTaken } from './port-holder.ts';

export interface DevelopmentPorts {
  readonly gateway: number;
  of(subgraph: SubgraphName): { readonly port: number; readonly workerPort: number };
}

/** How far the ports of another checkout are from those of the first, and how many there may be. */
const STEP = 10;
const CHECKOUTS = 9;

/** The gateway's port when nobody asked for another. */
export const DEFAULT_PORT = 4000;

/**
 * The ports of souk.config.ts; where one of them is taken, all of them ten higher, and so on: a second
 * checkout runs beside the first. A gateway's port that somebody asked for stays as it is.
 *
 * @throws StartupError PORT_TAKEN when there is nothing free
 */
export async function developmentPorts(
  gatewayPort: number,
  isTaken: (port: number) => Promise<boolean> = isPortTaken,
): Promise<DevelopmentPorts> {
  const isDefault = gatewayPort === DEFAULT_PORT;
  let firstTaken: number | undefined;
  for (let shift = 0; shift < STEP * CHECKOUTS; shift += STEP) {
    const ports: DevelopmentPorts = {
      gateway: isDefault ? gatewayPort + shift : gatewayPort,
      of: (name) => ({
        port: SUBGRAPHS[name].port + shift,
        workerPort: SUBGRAPHS[name].workerPort + shift,
      }),
    };
    const all = SUBGRAPH_NAMES.flatMap((name) => Object.values(ports.of(name)));
    const taken = await Promise.all([ports.gateway, ...all].map(isTaken));
    if (!taken.includes(true)) return ports;
    firstTaken ??= [ports.gateway, ...all][taken.indexOf(true)];
    if (!isDefault && taken[0]) break;
  }
  throw portTaken(firstTaken ?? gatewayPort, 'npm run dev -- --port <n>');
}
