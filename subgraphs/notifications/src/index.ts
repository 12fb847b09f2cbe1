export { createNotificationsSubgraph, type NotificationsSubgraphDeps, readSchema } from './app.ts';
export { loadConfig, loadOwnConfig, type NotificationsConfig, settings } from './config.ts';
export {
  type CaughtMail,
  type CaughtMailTransport,
  createCaughtMail,
  openCaughtMail,
} from './mail/caught-mail.ts';
export type { MailTransport, OutgoingMail } from './mail/mail-transport.ts';
