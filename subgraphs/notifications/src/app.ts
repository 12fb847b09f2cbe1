import { readFileSync } from 'node:fs';
import {
  createActivityRecord,
  createSubgraph,
  layFoundation,
  type Subgraph,
  type SubgraphDeps,
} from '@souk/runtime';
import type { NotificationsConfig } from './config.ts';
import { createConsumers } from './consumers/index.ts';
import type { Context } from './context.ts';
import { inboxStream } from './domain/notification.ts';
import { createCaughtMail } from './mail/caught-mail.ts';
import type { MailTransport } from './mail/mail-transport.ts';
import { createSmtpTransport } from './mail/smtp-transport.ts';
import { startMailSender } from './mail/start-mail-sender.ts';
import { createClient } from './persistence/client.ts';
import { createLoaders } from './persistence/loaders.ts';
import { retention } from './persistence/retention.ts';
import { storesOn } from './persistence/stores.ts';
import { resolvers } from './resolvers/index.ts';
import { useCasesOf } from './use-cases/index.ts';

/** One folder deep, from `src/` as from `dist/`. */
export const readSchema = () => readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

export interface NotificationsSubgraphDeps extends SubgraphDeps<NotificationsConfig> {
  /** How mails leave, where it is not the server of the configuration. */
  mail?: MailTransport;
}

export function createNotificationsSubgraph(deps: NotificationsSubgraphDeps): Promise<Subgraph> {
  const { backplane, clock, newId, logger, config, databaseUrl, onStatement } = deps;
  const { jobs } = backplane;
  const foundation = layFoundation({
    name: 'notifications',
    client: createClient(databaseUrl, onStatement),
    storesOn,
    consumers: createConsumers({
      ...{ jobs, clock, newId },
      missedMailDelaySeconds: config.missedMailDelaySeconds,
    }),
    retention,
    deps,
  });
  const { transaction, reads, live, log, cursors } = foundation;
  const mailTransport = () =>
    deps.mail ??
    (config.smtpUrl ? createSmtpTransport(config.smtpUrl) : createCaughtMail({ logger }));
  return createSubgraph<Context>({
    name: 'notifications',
    typeDefs: readSchema(),
    resolvers,
    createContext: (request) => {
      const freshLoaders = () => createLoaders(reads, request.viewer?.userId ?? null);
      const heads = new Map<string, Promise<string>>();
      const headOf = async (stream: string) =>
        live.cursorAt(stream, (await log.heads([stream])).get(stream) ?? 0);
      const context: Context = {
        ...request,
        loaders: freshLoaders(),
        reload: () => {
          context.loaders = freshLoaders();
        },
        stores: reads,
        live,
        cursors,
        useCases: useCasesOf({ transaction, live, clock }, request.viewer),
        inboxHead: (userId) => {
          const stream = inboxStream(userId);
          const head = heads.get(stream) ?? headOf(stream);
          heads.set(stream, head);
          return head;
        },
      };
      return context;
    },
    startWorker: () =>
      foundation.startWorker(() =>
        startMailSender({
          stores: reads,
          transport: mailTransport(),
          activity: createActivityRecord(backplane.cache),
          clock,
          jobs,
          logger,
          mailFrom: config.mailFrom,
          verifyEmailUrl: config.verifyEmailUrl ?? null,
          // What is to leave soon is looked for often.
          sweepMs: Math.min(30_000, config.missedMailDelaySeconds * 1_000),
        }),
      ),
    ready: foundation.ready,
    close: foundation.close,
    logger,
  });
}
