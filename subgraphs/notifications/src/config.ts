import {
  type ConfigOf,
  flag,
  integer,
  json,
  listOf,
  optional,
  readConfig,
  type Setting,
  text,
  url,
} from '@souk/runtime/process';
import { openingSettings, processSettings } from '@souk/runtime/subgraph';
import { apnsAccountOf } from './push/apns-account.ts';
import { APNS_URL } from './push/apns-transport.ts';
import { fcmAccountOf } from './push/fcm-account.ts';
import { FCM_URL } from './push/fcm-transport.ts';
import { twilioAccountOf } from './sms/twilio-account.ts';
import { TWILIO_URL } from './sms/twilio-transport.ts';

export const DEFAULT_PORT = 4006;

/** A setting whose value is also validated. */
const checked = <Value>(inner: Setting<unknown>, check: (value: unknown) => Value) => ({
  ...inner,
  read: (value: string | undefined) => check(inner.read(value)),
});

/** Enough for a thousand new numbers a day. */
export const SMS_CODES_A_DAY = 1_000;

const deliverySettings = {
  mailFrom: text('MAIL_FROM', 'Souk <no-reply@souk.invalid>'),
  /** Your page that shows a mailed code; `{code}` stands for it. Without it, mails contain only the code. */
  codePageUrl: optional(text('CODE_PAGE_URL', undefined, 'https://souk.example/code#{code}')),
  /**
   * Where clients reach `/mail/…`, for unsubscribe links, and Twilio `/sms/…`. Without it mails have no such
   * link, and nobody reports whether a text message arrived.
   */
  mailLinksUrl: optional(url('MAIL_LINKS_URL', undefined, 'https://souk.example')),
  /** The secret with which the mail service reports bounces. Without it, nobody can. */
  mailFeedbackSecret: optional(text('MAIL_FEEDBACK_SECRET')),
  /** Whether browsers' and programs' addresses may be in our own network: only for trying it out. */
  allowPrivateAddresses: flag('ALLOW_PRIVATE_ADDRESSES', false),
  /**
   * Hosts of browsers' push services that may be used, each including its subdomains; by default, any public
   * host.
   */
  pushServices: listOf(
    'PUSH_SERVICES',
    'fcm.googleapis.com,push.services.mozilla.com',
    (host) => host,
  ),
  /** Our app's registration with Apple's push service: `teamId`, `keyId`, `topic`, `privateKey`. */
  apnsAccount: optional(checked(json('APNS_ACCOUNT'), apnsAccountOf)),
  /** Another address of Apple's service, e.g. that of its sandbox. */
  apnsUrl: optional(url('APNS_URL', undefined, APNS_URL)),
  /** The file of a service account that may send through Firebase Cloud Messaging. */
  fcmAccount: optional(checked(json('FCM_SERVICE_ACCOUNT'), fcmAccountOf)),
  fcmUrl: optional(url('FCM_URL', undefined, FCM_URL)),
  /** Our account at Twilio for text messages: `accountSid`, `authToken`, `from`. Without it none are sent. */
  twilioAccount: optional(checked(json('TWILIO_ACCOUNT'), twilioAccountOf)),
  /** How many codes are sent by text message in a day, in total: the maximum cost of a day. */
  smsCodesADay: integer('SMS_CODES_A_DAY', SMS_CODES_A_DAY, { min: 1, max: 10_000_000 }),
  twilioUrl: optional(url('TWILIO_URL', undefined, TWILIO_URL)),
  /** How long a notice may stay unread before it is sent out, unless a person sets another delay. */
  missedMailDelaySeconds: integer('MISSED_MAIL_DELAY_SECONDS', 300, { min: 1, max: 86_400 }),
};

/** The server that takes our mails. */
const smtpUrl = url('SMTP_URL', undefined, 'smtp://localhost:1025');

export const settings = {
  ...processSettings('notifications', DEFAULT_PORT),
  ...openingSettings('notifications'),
  smtpUrl,
  ...deliverySettings,
};

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);

/** What is sent, how and when, for a caller that embeds notifications and receives its mails. */
export const loadOwnConfig = (env: NodeJS.ProcessEnv = process.env): DeliveryConfig =>
  readConfig(env, deliverySettings);

type Needed = 'mailFrom' | 'missedMailDelaySeconds';

type DeliveryConfig = ConfigOf<typeof deliverySettings>;

/** Settings of notifications in addition to those of every process. */
export interface NotificationsConfig
  extends Partial<Omit<DeliveryConfig, 'mailLinksUrl' | Needed>>,
    Pick<DeliveryConfig, Needed> {
  /** Without one, mails are caught in this process. */
  readonly smtpUrl?: string | undefined;
  /** The address, or a function if it is known only once a server listens. */
  readonly mailLinksUrl?: string | (() => string) | undefined;
}
