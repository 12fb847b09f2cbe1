import type { IncomingMessage } from 'node:http';
import { IdentityUnavailable } from '../../authentication/identity-unavailable.ts';
import {
  bearerTokenOf,
  type VerifiedViewer,
  type VerifyAccessToken,
} from '../../authentication/viewer.ts';
import { accessCookieOf } from './cookies/session-cookies.ts';
import type { Origins } from './origins.ts';
import { badRequest, identityUnavailable, unauthenticated } from './request-failure.ts';

/**
 * The viewer of a request, by its bearer token or else by the token in its cookies. An invalid token refuses
 * the whole request, always with the same message.
 */
export async function viewerOf(
  request: IncomingMessage,
  verify: VerifyAccessToken,
  origins: Pick<Origins, 'mayConnect'>,
): Promise<VerifiedViewer | null> {
  const given = request.rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization',
  );
  if (given.length > 1) throw badRequest('There is more than one Authorization header.');
  const cookie = given.length === 0 ? accessCookieOf(request, origins) : null;
  return authentic(async () => {
    const token = bearerTokenOf(request.headers.authorization) ?? cookie;
    return token === null ? null : verify(token);
  });
}

/**
 * Distinguishes "you are not signed in" from "this cannot be determined right now", which is worth a retry.
 */
export async function authentic<Result>(check: () => Promise<Result>): Promise<Result> {
  try {
    return await check();
  } catch (error) {
    throw error instanceof IdentityUnavailable ? identityUnavailable() : unauthenticated();
  }
}
