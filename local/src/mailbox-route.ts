import type { Route } from '@souk/gateway';
import type { CaughtMail } from '@souk/notifications';
import { mailboxPage } from './mailbox-page.ts';

export const MAILBOX_PATH = '/dev/mailbox';

/** Shows caught mail as a page at /dev/mailbox and as JSON at /dev/mailbox.json. */
export const mailboxRoute =
  (list: () => readonly CaughtMail[]): Route =>
  (request, response) => {
    const path = request.url?.split('?')[0];
    if (path !== MAILBOX_PATH && path !== `${MAILBOX_PATH}.json`) return false;
    const json = path.endsWith('.json');
    response.writeHead(200, {
      'content-type': json ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'cache-control': 'no-store',
    });
    response.end(json ? JSON.stringify(list()) : mailboxPage(list()));
    return true;
  };
