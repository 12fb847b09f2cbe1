import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP } from 'node:net';
import { createOutsideLookup, NotOutside } from './outside-lookup.ts';
import { isPrivateAddress } from './private-addresses.ts';

export { NotOutside };

/** A request to an address that somebody gave us. */
export interface OutsideRequest {
  url: string;
  headers: Readonly<Record<string, string | number>>;
  body: Buffer | string;
  /** Also addresses of this machine and its network, if the operator allows it. */
  allowPrivate: boolean;
  /** How long an answer may take. */
  timeoutMs?: number;
}

/** The status; of the body nothing is read but its end. */
export interface OutsideAnswer {
  status: number;
  /** Seconds after which to try again, if the answer said so. */
  retryAfter: number | null;
}

const TIMEOUT_MS = 10_000;
const MOST_READ = 64 * 1_024;

const lookupOutside = createOutsideLookup();

/**
 * Posts to an address that somebody gave us. The name is resolved once, and the result is both checked and
 * connected to, so that a second answer of a name server cannot lead elsewhere. Redirects are not followed.
 */
export function postOutside(given: OutsideRequest, lookup = lookupOutside): Promise<OutsideAnswer> {
  const url = new URL(given.url);
  const { allowPrivate, timeoutMs = TIMEOUT_MS } = given;
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    return Promise.reject(new NotOutside('Only https URLs are allowed.'));
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A host that is an address is not looked up, so it is checked here.
  if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) {
    return Promise.reject(new NotOutside('This address is not on the public internet.'));
  }
  const send = url.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((answered, failed) => {
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...given.headers, 'content-length': Buffer.byteLength(given.body) },
        lookup: allowPrivate ? undefined : lookup,
        timeout: timeoutMs,
        // A new connection for each, since each was resolved separately.
        agent: false,
      },
      (response) => {
        let read = 0;
        response.on('data', (chunk: Buffer) => {
          read += chunk.length;
          if (read > MOST_READ) response.destroy();
        });
        response.on('error', () => {});
        const retryAfter = Number(response.headers['retry-after']);
        answered({
          status: response.statusCode ?? 0,
          retryAfter: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
        });
      },
    );
    const overall = setTimeout(() => request.destroy(new Error('no answer in time')), timeoutMs);
    request.on('close', () => clearTimeout(overall));
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', failed);
    request.end(given.body);
  });
}
