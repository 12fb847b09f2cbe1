import { createActivityRecord } from '@souk/runtime/backplane';
import type { Clock } from '@souk/runtime/domain';
import { defineSubgraph, type Infrastructure, type SubgraphDeps } from '@souk/runtime/subgraph';
import { type NotificationsConfig, SMS_CODES_A_DAY } from './config.ts';
import { createConsumers } from './consumers/index.ts';
import type { DevicePlatform } from './domain/device.ts';
import { ourUrl } from './inbound/our-url.ts';
import { createCaughtMail } from './mail/caught-mail.ts';
import { feedbackRoute } from './mail/feedback-route.ts';
import type { MailTransport } from './mail/mail-transport.ts';
import { renderMail } from './mail/render-mail.ts';
import { createSmtpTransport } from './mail/smtp-transport.ts';
import { UNSUBSCRIBE_PATH, unsubscribeRoute } from './mail/unsubscribe-route.ts';
import { createUnsubscribeTokens } from './mail/unsubscribe-tokens.ts';
import { startOutboxes } from './outbox/start-outboxes.ts';
import { createClient } from './persistence/client.ts';
import { erasure } from './persistence/erasure.ts';
import { createLoaders } from './persistence/loaders.ts';
import { retention } from './persistence/retention.ts';
import { type Stores, storesOn } from './persistence/stores.ts';
import { createApns } from './push/apns-transport.ts';
import { createFcm } from './push/fcm-transport.ts';
import { type PushTransports, pushByPlatform } from './push/push-by-platform.ts';
import { createVapidKeys } from './push/vapid-keys.ts';
import { createWebPush } from './push/web-push-transport.ts';
import { current } from './resolvers/current-preferences.ts';
import { lookups } from './resolvers/form-lookups.ts';
import { forms } from './resolvers/forms.ts';
import { resolvers } from './resolvers/index.ts';
import type { NotificationsServices } from './services.ts';
import { SMS_STATUS_PATH, smsStatusRoute } from './sms/status-route.ts';
import { createTwilio } from './sms/twilio-transport.ts';
import { useCases } from './use-cases/index.ts';
import { recordMailReturn } from './use-cases/record-mail-return.ts';
import { recordSmsReport } from './use-cases/record-sms-report.ts';
import { unsubscribe } from './use-cases/unsubscribe.ts';

export interface NotificationsSubgraphDeps extends SubgraphDeps<NotificationsConfig> {
  /** How mails are sent, if not by the configured server. */
  mail?: MailTransport;
}

/** Inboxes, what is delivered by mail and to devices, and how people want to be notified. */
export const notifications = defineSubgraph({
  name: 'notifications',
  schema: new URL('../schema.graphql', import.meta.url),
  client: createClient,
  stores: storesOn,
  services: (
    { transaction, reads, live, cursors, sealValue, openValue }: Infrastructure<Stores>,
    { clock, newId, backplane, config, logger }: NotificationsSubgraphDeps,
  ): NotificationsServices => ({
    transaction,
    reads,
    live,
    clock,
    newId,
    logger,
    rateLimit: backplane.rateLimit,
    missedMailDelaySeconds: config.missedMailDelaySeconds,
    unsubscribeTokens: createUnsubscribeTokens(cursors),
    sealValue,
    openValue,
    smsCodesADay: config.twilioAccount ? (config.smsCodesADay ?? SMS_CODES_A_DAY) : null,
    allowPrivate: config.allowPrivateAddresses ?? false,
    platforms: platformsOf(config),
    pushServices: config.pushServices ?? [],
    vapidKeys: createVapidKeys(reads, { sealValue, openValue }),
    mailFeedbackSecret: config.mailFeedbackSecret ?? null,
    twilioToken: config.twilioAccount?.authToken ?? null,
    smsStatusUrlOf: smsStatusUrlOf(config),
  }),
  loaders: ({ stores, viewerId }) => createLoaders(stores, viewerId),
  useCases,
  erasure,
  resolvers,
  forms,
  lookups,
  current,
  consumers: ({ backplane: { jobs }, clock, newId, config: { missedMailDelaySeconds } }) =>
    createConsumers({ jobs, clock, newId, missedMailDelaySeconds }),
  retention,
  routes: (services) => [
    unsubscribeRoute({
      tokens: services.unsubscribeTokens,
      unsubscribe: (token) => unsubscribe(services, token),
    }),
    feedbackRoute({
      secret: services.mailFeedbackSecret,
      record: (returned) => recordMailReturn(services, returned),
    }),
    smsStatusRoute({
      authToken: services.twilioToken,
      urlOf: services.smsStatusUrlOf,
      record: (report) => recordSmsReport(services, report),
    }),
  ],
  worker: (services, { reads, openValue }, deps) => {
    const { backplane, clock, logger, newId, config } = deps;
    return startOutboxes({
      stores: reads,
      clock,
      logger,
      newId,
      jobs: backplane.jobs,
      transaction: services.transaction,
      allowPrivate: services.allowPrivate,
      missedMailDelaySeconds: config.missedMailDelaySeconds,
      transport: mailTransportOf(deps),
      renderMail,
      openValue,
      sealValue: services.sealValue,
      push: pushByPlatform({
        WEB_PUSH: createWebPush({
          keys: services.vapidKeys,
          contact: `mailto:${addressIn(config.mailFrom)}`,
          allowPrivate: services.allowPrivate,
        }),
        ...appServicesOf(config, clock),
      }),
      sms: config.twilioAccount
        ? createTwilio(config.twilioAccount, {
            url: config.twilioUrl,
            statusUrlOf: services.smsStatusUrlOf,
          })
        : null,
      activity: createActivityRecord(backplane.cache),
      mailFrom: config.mailFrom,
      codePageUrl: config.codePageUrl ?? null,
      unsubscribeUrl: (userId) =>
        ourUrl(
          config.mailLinksUrl,
          `${UNSUBSCRIBE_PATH}${services.unsubscribeTokens.tokenOf(userId)}`,
        ),
      // Outboxes for urgent messages are checked often.
      sweepMs: Math.min(30_000, config.missedMailDelaySeconds * 1_000),
    });
  },
});

const smsStatusUrlOf =
  ({ mailLinksUrl }: NotificationsConfig) =>
  (smsId: string) =>
    ourUrl(mailLinksUrl, `${SMS_STATUS_PATH}${smsId}`);

/** The services by which apps are reached, as far as there are accounts for them. */
const appServicesOf = (
  { apnsAccount, apnsUrl, fcmAccount, fcmUrl }: NotificationsConfig,
  clock: Clock,
): PushTransports => ({
  ...(apnsAccount ? { APNS: createApns({ account: apnsAccount, url: apnsUrl, clock }) } : {}),
  ...(fcmAccount ? { FCM: createFcm({ account: fcmAccount, url: fcmUrl, clock }) } : {}),
});

const platformsOf = ({ apnsAccount, fcmAccount }: NotificationsConfig): DevicePlatform[] => [
  'WEB_PUSH',
  ...(apnsAccount ? ['APNS' as const] : []),
  ...(fcmAccount ? ['FCM' as const] : []),
];

/** The part of `Souk <no-reply@souk.invalid>` between the angle brackets. */
const addressIn = (mailFrom: string) => /<([^>]+)>/.exec(mailFrom)?.[1] ?? mailFrom;

const mailTransportOf = ({ mail, config, logger }: NotificationsSubgraphDeps): MailTransport =>
  mail ?? (config.smtpUrl ? createSmtpTransport(config.smtpUrl) : createCaughtMail({ logger }));

export const { create: createNotificationsSubgraph, readSchema } = notifications;
