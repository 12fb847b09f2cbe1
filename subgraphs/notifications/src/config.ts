import { integer, optional, readConfig, text, url } from '@souk/runtime/process';
import { processSettings } from '@souk/runtime/subgraph';

export const DEFAULT_PORT = 4006;

const mailSettings = {
  /** The server that takes our mails. */
  smtpUrl: url('SMTP_URL', undefined, 'smtp://localhost:1025'),
  mailFrom: text('MAIL_FROM', 'Souk <no-reply@souk.invalid>'),
  /** Where a person confirms an address; `{token}` stands for the token. Mails show the code alone without it. */
  verifyEmailUrl: optional(
    text('VERIFY_EMAIL_URL', undefined, 'https://souk.example/verify-email?token={token}'),
  ),
  /** How long a message may stay unread before its mail; nobody is mailed who is looking. */
  missedMailDelaySeconds: integer('MISSED_MAIL_DELAY_SECONDS', 600, { min: 1, max: 86_400 }),
};

export const settings = { ...processSettings('notifications', DEFAULT_PORT), ...mailSettings };

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);

/** Settings of notifications besides those of every process. */
export interface NotificationsConfig {
  /** Without one, mails are caught in this process. */
  readonly smtpUrl?: string | undefined;
  readonly mailFrom: string;
  readonly verifyEmailUrl?: string | undefined;
  readonly missedMailDelaySeconds: number;
}

/** Where there is no mail server. */
export const embeddedConfig = (): NotificationsConfig => ({
  mailFrom: 'Souk <no-reply@souk.invalid>',
  missedMailDelaySeconds: 60,
});
