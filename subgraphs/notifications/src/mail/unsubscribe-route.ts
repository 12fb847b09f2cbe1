import type { ServerResponse } from 'node:http';
import { DomainError } from '@souk/runtime/domain';
import { isUnavailable } from '@souk/runtime/persistence';
import type { HttpRoute } from '@souk/runtime/subgraph';
import type { UnsubscribeTokens } from './unsubscribe-tokens.ts';

/** Followed by the token of an unsubscribe link. */
export const UNSUBSCRIBE_PATH = '/mail/unsubscribe/';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const page = (title: string, content: string) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>body{font:16px/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}
button{font:inherit;padding:.6rem 1rem}</style>
<h1>${title}</h1>${content}</html>`;

const ASK = page(
  'Stop these emails?',
  `<p>You will get no more emails about messages, orders and the like. Emails about the security of your account still reach you.</p>
<form method="post"><button>Stop the emails</button></form>`,
);
const DONE = page(
  'You will get no more of these emails',
  '<p>You can still see what happens in your inbox at Souk.</p>',
);
const NO_SUCH = page('This link is not valid', '<p>It may be incomplete: copy all of it.</p>');

const NOT_NOW = page('Not yet', '<p>Nothing was changed. Try again in a moment.</p>');
/** Seconds until whoever was not served may come again. */
const AGAIN = '5';

export interface UnsubscribeRouteDeps {
  tokens: UnsubscribeTokens;
  unsubscribe: (token: string) => Promise<void>;
}

/**
 * Unsubscribes by the link in a mail. Mail clients post to it by themselves when their user says so (RFC
 * 8058); a person who opens it is asked first, since programs that scan mail open links.
 */
export const unsubscribeRoute =
  ({ tokens, unsubscribe }: UnsubscribeRouteDeps): HttpRoute =>
  async (request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    if (!path.startsWith(UNSUBSCRIBE_PATH)) return false;
    const token = path.slice(UNSUBSCRIBE_PATH.length);
    // The body does not matter: anybody with the link may unsubscribe.
    request.resume();
    if (tokens.ownerOf(token) === null) return answer(response, 404, NO_SUCH);
    if (request.method === 'GET' || request.method === 'HEAD') return answer(response, 200, ASK);
    if (request.method !== 'POST') return answer(response, 405, ASK, { allow: 'GET, HEAD, POST' });
    try {
      await unsubscribe(token);
    } catch (error) {
      // A temporary failure is reported as such: a mail client that gets "not found" never comes back.
      if (isUnavailable(error)) return answer(response, 503, NOT_NOW, { 'retry-after': AGAIN });
      if (error instanceof DomainError) return answer(response, 404, NO_SUCH);
      throw error;
    }
    return answer(response, 200, DONE);
  };

function answer(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): true {
  response.writeHead(status, { ...HEADERS, ...headers });
  response.end(body);
  return true;
}
