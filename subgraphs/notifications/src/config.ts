import { integer, optional, readConfig, text, url } from '@souk/runtime/process';
import { processSettings } from '@souk/runtime/subgraph';

export const DEFAULT_PORT = 4006;

const mailSettings = {
  /** The server that takes our mails. */
  smtpUrl: url('SMTP_URL', undefined, 'smtp://localhost:1025'),
  mailFrom: text('MAIL_FROM', 'Souk <no-reply@souk.invalid>'),
  /** A page of yours that shows a mailed code; `{code}` stands for it. Mails show the code alone without it. */
  codePageUrl: optional(text('CODE_PAGE_URL', undefined, 'https://souk.example/code#{code}')),
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
  readonly codePageUrl?: string | undefined;
  readonly missedMailDelaySeconds: number;
}

/** Where there is no mail server. */
export const embeddedConfig = (): NotificationsConfig => ({
  mailFrom: 'Souk <no-reply@souk.invalid>',
  missedMailDelaySeconds: 60,
});
