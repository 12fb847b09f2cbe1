import { createActivityRecord } from '@souk/runtime/backplane';
import { defineSubgraph, type Infrastructure, type SubgraphDeps } from '@souk/runtime/subgraph';
import type { NotificationsConfig } from './config.ts';
import { createConsumers } from './consumers/index.ts';
import { createCaughtMail } from './mail/caught-mail.ts';
import type { MailTransport } from './mail/mail-transport.ts';
import { createSmtpTransport } from './mail/smtp-transport.ts';
import { startMailSender } from './mail/start-mail-sender.ts';
import { createClient } from './persistence/client.ts';
import { erasure } from './persistence/erasure.ts';
import { createLoaders } from './persistence/loaders.ts';
import { retention } from './persistence/retention.ts';
import { type Stores, storesOn } from './persistence/stores.ts';
import { current } from './resolvers/current-preferences.ts';
import { resolvers } from './resolvers/index.ts';
import type { NotificationsDeps } from './use-cases/deps.ts';
import { useCases } from './use-cases/index.ts';

export interface NotificationsSubgraphDeps extends SubgraphDeps<NotificationsConfig> {
  /** How mails leave, where it is not the server of the configuration. */
  mail?: MailTransport;
}

/** Inboxes, what is delivered by mail, and how people want to be notified. */
export const notifications = defineSubgraph({
  name: 'notifications',
  schema: new URL('../schema.graphql', import.meta.url),
  client: createClient,
  stores: storesOn,
  services: (
    { transaction, live }: Infrastructure<Stores>,
    { clock }: NotificationsSubgraphDeps,
  ): NotificationsDeps => ({ transaction, live, clock }),
  loaders: ({ stores, viewerId }) => createLoaders(stores, viewerId),
  useCases,
  erasure,
  resolvers,
  current,
  consumers: ({ backplane: { jobs }, clock, newId, config: { missedMailDelaySeconds } }) =>
    createConsumers({ jobs, clock, newId, missedMailDelaySeconds }),
  retention,
  worker: (_, { reads }, deps) => {
    const { backplane, clock, logger, config } = deps;
    return startMailSender({
      stores: reads,
      transport: mailTransportOf(deps),
      activity: createActivityRecord(backplane.cache),
      clock,
      jobs: backplane.jobs,
      logger,
      mailFrom: config.mailFrom,
      codePageUrl: config.codePageUrl ?? null,
      // What is to leave soon is looked for often.
      sweepMs: Math.min(30_000, config.missedMailDelaySeconds * 1_000),
    });
  },
});

const mailTransportOf = ({ mail, config, logger }: NotificationsSubgraphDeps): MailTransport =>
  mail ?? (config.smtpUrl ? createSmtpTransport(config.smtpUrl) : createCaughtMail({ logger }));

export const { create: createNotificationsSubgraph, readSchema } = notifications;
