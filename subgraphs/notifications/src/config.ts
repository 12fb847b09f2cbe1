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

/** A setting whose value is also checked for being what it stands for. */
const checked = <Value>(inner: Setting<unknown>, check: (value: unknown) => Value) => ({
  ...inner,
  read: (value: string | undefined) => check(inner.read(value)),
});

/** Enough for a thousand new numbers a day. */
export const SMS_CODES_A_DAY = 1_000;

const deliverySettings = {
  mailFrom: text('MAIL_FROM', 'Souk <no-reply@souk.invalid>'),
  /** A page of yours that shows a mailed code; `{code}` stands for it. Mails show the code alone without it. */
  codePageUrl: optional(text('CODE_PAGE_URL', undefined, 'https://souk.example/code#{code}')),
  /**
   * Where clients reach `/mail/…`, for the link that calls mails off, and Twilio `/sms/…`. Mails have no link
   * without it, and nobody says whether a text message arrived.
   */
  mailLinksUrl: optional(url('MAIL_LINKS_URL', undefined, 'https://souk.example')),
  /** What whoever carries our mails shows to say that one came back. Nobody may without it. */
  mailFeedbackSecret: optional(text('MAIL_FEEDBACK_SECRET')),
  /** Whether browsers' and programs' addresses may lead into our own net: for trying it out alone. */
  allowPrivateAddresses: flag('ALLOW_PRIVATE_ADDRESSES', false),
  /** Push services of browsers that are sent to, by host, each with what is below it; left out, all of the open net. */
  pushServices: listOf(
    'PUSH_SERVICES',
    'fcm.googleapis.com,push.services.mozilla.com',
    (host) => host,
  ),
  /** As whom Apple's push service knows our app: `teamId`, `keyId`, `topic`, `privateKey`. */
  apnsAccount: optional(checked(json('APNS_ACCOUNT'), apnsAccountOf)),
  /** Another address of Apple's service, e.g. the one for trying out. */
  apnsUrl: optional(url('APNS_URL', undefined, APNS_URL)),
  /** The file of a service account that may send by Firebase Cloud Messaging. */
  fcmAccount: optional(checked(json('FCM_SERVICE_ACCOUNT'), fcmAccountOf)),
  fcmUrl: optional(url('FCM_URL', undefined, FCM_URL)),
  /** As whom Twilio sends our text messages: `accountSid`, `authToken`, `from`. Nobody has any without it. */
  twilioAccount: optional(checked(json('TWILIO_ACCOUNT'), twilioAccountOf)),
  /** How many codes leave in a day by text message, whoever asks: what the worst day costs. */
  smsCodesADay: integer('SMS_CODES_A_DAY', SMS_CODES_A_DAY, { min: 1, max: 10_000_000 }),
  twilioUrl: optional(url('TWILIO_URL', undefined, TWILIO_URL)),
  /** How long a notice may stay unread before it goes out, for who says nothing else. */
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

/** What leaves, how and when, for whoever embeds notifications and takes their mails. */
export const loadOwnConfig = (env: NodeJS.ProcessEnv = process.env): DeliveryConfig =>
  readConfig(env, deliverySettings);

type Needed = 'mailFrom' | 'missedMailDelaySeconds';

type DeliveryConfig = ConfigOf<typeof deliverySettings>;

/** Settings of notifications besides those of every process. */
export interface NotificationsConfig
  extends Partial<Omit<DeliveryConfig, 'mailLinksUrl' | Needed>>,
    Pick<DeliveryConfig, Needed> {
  /** Without one, mails are caught in this process. */
  readonly smtpUrl?: string | undefined;
  /** The address, or a function where it is known only once a server listens. */
  readonly mailLinksUrl?: string | (() => string) | undefined;
}
