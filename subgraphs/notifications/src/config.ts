import {
  type ConfigOf,
  flag,
  integer,
  optional,
  readConfig,
  text,
  url,
} from '@souk/runtime/process';
import { openingSettings, processSettings } from '@souk/runtime/subgraph';

export const DEFAULT_PORT = 4006;

const deliverySettings = {
  mailFrom: text('MAIL_FROM', 'Souk <no-reply@souk.invalid>'),
  /** A page of yours that shows a mailed code; `{code}` stands for it. Mails show the code alone without it. */
  codePageUrl: optional(text('CODE_PAGE_URL', undefined, 'https://souk.example/code#{code}')),
  /** Where clients reach `/mail/…`, for the link that calls mails off. Mails have none without it. */
  mailLinksUrl: optional(url('MAIL_LINKS_URL', undefined, 'https://souk.example')),
  /** What whoever carries our mails shows to say that one came back. Nobody may without it. */
  mailFeedbackSecret: optional(text('MAIL_FEEDBACK_SECRET')),
  /** Whether browsers' and programs' addresses may lead into our own net: for trying it out alone. */
  allowPrivateAddresses: flag('ALLOW_PRIVATE_ADDRESSES', false),
  /** How long a notice may stay unread before it goes out, for who says nothing else. */
  missedMailDelaySeconds: integer('MISSED_MAIL_DELAY_SECONDS', 300, { min: 1, max: 86_400 }),
};

/** The server that takes our mails. */
const smtpUrl = url('SMTP_URL', undefined, 'smtp://localhost:1025');

export const settings = {
  ...processSettings('notifications', DEFAULT_PORT),
  ...openingSettings,
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
