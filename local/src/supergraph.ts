import { fileURLToPath } from 'node:url';
import {
  createAccessTokenVerifier,
  createGateway,
  type Gateway,
  type GatewayOptions,
} from '@souk/gateway';
import { createCaughtMail, openCaughtMail } from '@souk/notifications';
import type { Backplane, JobWorker } from '@souk/runtime/backplane';
import type { Clock } from '@souk/runtime/domain';
import type { SubgraphName } from '@souk/runtime/events';
import { createEndedSessions } from '@souk/runtime/identity';
import { type Logger, needing } from '@souk/runtime/process';
import type { Subgraph } from '@souk/runtime/subgraph';
import { type DemoPerson, publicKeys } from '@souk/users';
import { DEMO_PASSWORD, seedDemo } from './demo.ts';
import { type LocalSettings, localSettings } from './local-settings.ts';
import { mailboxRoute } from './mailbox-route.ts';
import type { LocalSecrets } from './secrets.ts';
import { createSubgraphs, subgraphDeps } from './subgraphs.ts';

export interface SupergraphOptions {
  databaseUrls: Readonly<Record<SubgraphName, string>>;
  backplane: Backplane;
  secrets: LocalSecrets;
  /** 0 takes a free one. */
  port: number;
  /** Fill the databases with demo data, where it is not there yet. */
  demo: boolean;
  persistedOperations?: GatewayOptions['persistedOperations'];
  logger: Logger;
  /** Limits and the like; default: as `npm start` has them without any environment. */
  settings?: LocalSettings;
  /** How long a request may take to arrive, where it is not as in production. */
  arrivalLimits?: GatewayOptions['arrivalLimits'];
  /** Where caught mails are kept over restarts; without it they end with the process. */
  mailFile?: string;
  /** Where uploaded files are kept; without it they end with the process. */
  mediaFolder?: string;
  /** What time it is for the subgraphs; default: the machine's. */
  clock?: Clock | undefined;
  onStep?: (step: string) => void;
  draining?: () => boolean;
}

export interface Supergraph {
  readonly gateway: Gateway;
  readonly subgraphs: Readonly<Record<SubgraphName, Subgraph>>;
  /** Ends relays and consumers alone; what was recorded waits for the next start. */
  stopWorkers(): Promise<void>;
  /** Ends client connections first, then workers, then subgraphs. */
  close(): Promise<void>;
}

/** A file of ten megabytes over a poor line, as a users process of its own waits for one. */
const LONGEST_FILE_MS = 600_000;

/** The supergraph of this repository, for the gateway of the same process. */
const SUPERGRAPH_FILE = fileURLToPath(new URL('../../gateway/supergraph.graphql', import.meta.url));

/** All subgraphs, their workers and the gateway, in this process. */
export async function startSupergraph(options: SupergraphOptions): Promise<Supergraph> {
  const { databaseUrls, backplane, secrets, port, demo, logger, draining, onStep } = options;
  const settings = options.settings ?? localSettings({});
  /** Known once the gateway listens, and asked for by no request before. */
  let address = '';
  const deps = subgraphDeps({
    databaseUrls,
    backplane,
    secrets,
    logger,
    media: { mediaUrl: () => address, mediaFolder: options.mediaFolder },
    settings: settings.subgraphs,
    clock: options.clock,
  });
  const mail = options.mailFile
    ? await openCaughtMail({ logger, file: options.mailFile })
    : createCaughtMail({ logger });
  const subgraphs = await createSubgraphs(deps, mail);
  let demoPeople: DemoPerson[] = [];
  if (demo) {
    onStep?.('filling in the demo people, catalogue and rooms');
    demoPeople = await seedDemo(deps);
  }
  onStep?.('starting the gateway');
  let workers: readonly JobWorker[] = [];
  let stopping: Promise<unknown> | null = null;
  const stopWorkers = async () => {
    stopping ??= Promise.all(workers.map((worker) => worker.close(5_000)));
    await stopping;
  };
  const closeSouk = async () => {
    await stopWorkers();
    await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
  };
  try {
    const gateway = await createGateway({
      ...settings.gateway,
      ...(options.arrivalLimits ? { arrivalLimits: options.arrivalLimits } : {}),
      // What it serves to anybody on this machine, codes of mails among it, is no page's elsewhere to read.
      localHostsAlone: true,
      supergraphFile: SUPERGRAPH_FILE,
      subgraphs,
      verifyAccessToken: createAccessTokenVerifier({ keys: publicKeys(deps.users.config) }),
      sessions: { subgraph: 'users', list: createEndedSessions(backplane.cache) },
      backplane,
      port,
      ...(demo
        ? {
            demoPeople: {
              password: DEMO_PASSWORD,
              people: demoPeople.map(({ username, displayName }) => ({ username, displayName })),
            },
          }
        : {}),
      persistedOperations: options.persistedOperations ?? settings.gateway.persistedOperations,
      ready: needing({
        postgresql: async () => {
          await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.ready()));
        },
      }),
      routes: [
        mailboxRoute(mail.list),
        ...Object.values(subgraphs).flatMap((subgraph) => subgraph.routes),
      ],
      // Uploads are among these routes, and go on as long as bytes come.
      longestFileMs: LONGEST_FILE_MS,
      draining,
      logger,
    });
    address = gateway.url.replace('127.0.0.1', 'localhost').replace('0.0.0.0', 'localhost');
    // A gateway that is loaded takes the process for seconds on a slow machine, in which what workers
    // wait for would time out.
    workers = Object.values(subgraphs).map((subgraph) => subgraph.startWorker());
    return {
      gateway,
      subgraphs,
      stopWorkers,
      close: async () => {
        await gateway.close();
        await closeSouk();
      },
    };
  } catch (error) {
    await closeSouk();
    throw error;
  }
}
