import type { IncomingMessage } from 'node:http';
import { parseCookie, type SerializeOptions, stringifySetCookie } from 'cookie';
import { namesType } from '../accepted-types.ts';
import type { Origins } from '../origins.ts';
import { badRequest, RequestFailure } from '../request-failure.ts';

/**
 * A page that sends this header with the value `cookie` has its session kept in cookies. No foreign page can
 * send it.
 */
export const SESSION_HEADER = 'souk-session';

/** With this prefix, browsers accept the cookies from this exact host only, and only over TLS. */
const ACCESS = '__Host-souk-access';
const REFRESH = '__Host-souk-refresh';

const ATTRIBUTES: SerializeOptions = {
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'strict',
};

/** The tokens of a session and when they expire. */
export interface KeptTokens {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: string;
}

export const keepsSession = ({ headers }: IncomingMessage): boolean =>
  headers[SESSION_HEADER] === 'cookie';

export const cookiesFor = (tokens: KeptTokens): string[] => [
  stringifySetCookie(ACCESS, tokens.accessToken, {
    ...ATTRIBUTES,
    expires: new Date(tokens.accessTokenExpiresAt),
  }),
  stringifySetCookie(REFRESH, tokens.refreshToken, {
    ...ATTRIBUTES,
    expires: new Date(tokens.refreshTokenExpiresAt),
  }),
];

const without = (name: string) => stringifySetCookie(name, '', { ...ATTRIBUTES, maxAge: 0 });

export const withoutAccess = (): string[] => [without(ACCESS)];
export const withoutSession = (): string[] => [without(ACCESS), without(REFRESH)];

/**
 * The access token in the cookies of a request; null when there is none or it does not count. It counts with
 * the header that no foreign page can send. An EventSource cannot send headers, so for it the cookie counts
 * when the page may open streams.
 */
export function accessCookieOf(
  request: IncomingMessage,
  origins: Pick<Origins, 'mayConnect'>,
): string | null {
  if (!mentions(request, ACCESS)) return null;
  if (!keepsSession(request) && !isOwnEventSource(request, origins)) return null;
  assertOwnPage(request, origins);
  return cookieOf(request, ACCESS);
}

/**
 * The access token in the cookie of a request that opens a socket. The caller has checked the page's origin,
 * which browsers always send.
 */
export const accessCookieOfUpgrade = (request: IncomingMessage): string | null =>
  request.headers.origin === undefined ? null : cookieOf(request, ACCESS);

export function refreshCookieOf(
  request: IncomingMessage,
  origins: Pick<Origins, 'mayConnect'>,
): string | null {
  assertOwnPage(request, origins);
  return cookieOf(request, REFRESH);
}

/**
 * Somebody who can write a second cookie (from a sibling host, or without TLS) must not choose who is signed
 * in.
 */
function cookieOf(request: IncomingMessage, name: string): string | null {
  if (!mentions(request, name)) return null;
  const header = String(request.headers.cookie);
  const named = header.split(';').filter((pair) => pair.split('=', 1)[0]?.trim() === name);
  if (named.length > 1) throw badRequest(`There is more than one cookie ${name}.`);
  return parseCookie(header)[name] || null;
}

const mentions = ({ headers }: IncomingMessage, name: string): boolean =>
  headers.cookie?.includes(name) ?? false;

function assertOwnPage(request: IncomingMessage, origins: Pick<Origins, 'mayConnect'>): void {
  if (origins.mayConnect(request)) return;
  throw new RequestFailure(403, 'FORBIDDEN', 'Cookies are not accepted from this page.');
}

/** For a GET to its own origin a browser sends no Origin header, but `Sec-Fetch-Site: same-origin`. */
const isOwnEventSource = (
  request: IncomingMessage,
  origins: Pick<Origins, 'mayConnect'>,
): boolean => {
  const { method, headers } = request;
  if (method !== 'GET' || !namesType(headers.accept, 'text/event-stream')) return false;
  if (headers.origin !== undefined) return origins.mayConnect(request);
  return headers['sec-fetch-site'] === 'same-origin';
};
