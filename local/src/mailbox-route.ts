import type { Route } from '@souk/gateway';
import type { CaughtMail } from '@souk/notifications';
import { MAILBOX_PAGE, MAILBOX_SCRIPT } from './mailbox-page.ts';

export const MAILBOX_PATH = '/dev/mailbox';

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

/** Shows caught mail as a page at /dev/mailbox and as JSON at /dev/mailbox.json. */
export function mailboxRoute(list: () => readonly CaughtMail[]): Route {
  const answers: Readonly<Record<string, () => [type: string, text: string]>> = {
    [MAILBOX_PATH]: () => ['text/html', MAILBOX_PAGE],
    [`${MAILBOX_PATH}.js`]: () => ['text/javascript', MAILBOX_SCRIPT],
    [`${MAILBOX_PATH}.json`]: () => ['application/json', JSON.stringify(list())],
  };
  return (request, response) => {
    const answer = answers[request.url?.split('?')[0] ?? ''];
    if (!answer) return false;
    const [type, text] = answer();
    response.writeHead(200, {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'cache-control': 'no-store',
    });
    response.end(text);
    return true;
  };
}
