import type { IncomingHttpHeaders } from 'node:http';

/** Longer than what browsers say; what is beyond is somebody's play. */
const MAX_LENGTH = 256;
/** Control characters, and what changes how the text around it is shown: headers may hold some. */
const UNSEEN = /\p{C}/gu;

/** What a client calls itself, for whoever looks through their sessions later. */
export const userAgentOf = (headers: IncomingHttpHeaders): string | undefined =>
  headers['user-agent']?.replaceAll(UNSEEN, '').trim().slice(0, MAX_LENGTH) || undefined;
