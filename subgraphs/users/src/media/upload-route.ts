import type { IncomingMessage, ServerResponse } from 'node:http';
import { MINUTE_MS } from '@souk/runtime/domain';
import { type HttpRoute, readBody } from '@souk/runtime/subgraph';
import type { Media } from '../domain/media.ts';
import { answerWith, notHere } from './http-answers.ts';
import type { MediaDeps } from './media-deps.ts';
import { originalKey, UPLOAD_PATH, type UploadGrant } from './media-links.ts';

/**
 * Accepts the bytes of an upload: once, of exactly the announced number and type. They are inspected when the
 * upload is completed.
 */
export function uploadRoute({ links, reads, files, clock, logger }: MediaDeps): HttpRoute {
  const receiving = createReceiving();

  const receive = async (
    request: IncomingMessage,
    response: ServerResponse,
    { id, byteSize, contentType }: UploadGrant,
  ): Promise<true> => {
    const refuse = refusing(response);
    if (Number(request.headers['content-length'] ?? Number.NaN) !== byteSize) {
      return refuse(
        413,
        'BAD_REQUEST',
        `This link accepts exactly ${byteSize} bytes, with a content-length header.`,
      );
    }
    const said = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (said !== contentType)
      return refuse(415, 'BAD_REQUEST', `This link accepts ${contentType}.`);
    const [pending] = await reads.media.findMany([id]);
    if (pending?.status !== 'PENDING') return notHere(response);
    if (pending.uploadedAt && !(await isLeft(pending))) return refuse(409, 'CONFLICT', USED);
    const turn = receiving.begin(pending);
    if (turn === 'BEING_SENT')
      return refuse(409, 'CONFLICT', 'The file is already being uploaded.');
    if (turn === 'TOO_MANY') {
      return refuse(429, 'RATE_LIMITED', `Upload at most ${MOST_AT_ONCE} files at once.`);
    }
    return take(request, response, pending).finally(() => receiving.end(pending));
  };

  /** Its bytes are in memory until this is done. */
  const take = async (
    request: IncomingMessage,
    response: ServerResponse,
    { id, byteSize, contentType }: Media,
  ): Promise<true> => {
    const refuse = refusing(response);
    const used = () => refuse(409, 'CONFLICT', USED);
    const bytes = await read(request, byteSize);
    if (!bytes) return refuse(400, 'BAD_REQUEST', 'The upload was incomplete.');
    if (!(await reads.media.claimUpload(id, clock()))) return used();
    try {
      await files.write(originalKey(id), bytes, contentType);
    } catch (err) {
      await reads.media.releaseUpload(id);
      logger.error({ err, mediaId: id }, 'an upload could not be kept');
      return refuse(503, 'SERVICE_UNAVAILABLE', 'The file could not be stored; upload it again.');
    }
    // It may have been deleted while it was sent: nobody would find its bytes any more.
    const [kept] = await reads.media.findMany([id]);
    if (kept?.status === 'PENDING' || kept?.status === 'READY') return answerWith(response, 204);
    await files.removeAll(id);
    return notHere(response);
  };

  /** Claimed by a process that ended before it stored the bytes. */
  const isLeft = async ({ id, uploadedAt }: Media): Promise<boolean> => {
    const age = clock().getTime() - (uploadedAt?.getTime() ?? 0);
    if (age < KEPT_WITHIN_MS || (await files.sizeOf(originalKey(id))) !== null) return false;
    await reads.media.releaseUpload(id);
    return true;
  };

  return async (request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    if (!path.startsWith(UPLOAD_PATH)) return false;
    if (request.method === 'OPTIONS') {
      return answerWith(response, 204, undefined, {
        'access-control-allow-methods': 'PUT',
        'access-control-allow-headers': 'content-type',
        'access-control-max-age': '86400',
      });
    }
    if (request.method !== 'PUT') {
      const refused = { code: 'METHOD_NOT_ALLOWED', message: 'Use PUT to upload the file.' };
      return answerWith(response, 405, refused, { allow: 'PUT, OPTIONS' });
    }
    const grant = links.uploadGrant(path.slice(UPLOAD_PATH.length), clock());
    return grant ? receive(request, response, grant) : notHere(response);
  };
}

const USED = 'This link was already used.';

const refusing = (response: ServerResponse) => (status: number, code: string, message: string) =>
  answerWith(response, status, { code, message }, { connection: 'close' });

/** After this long no process is still storing bytes that it has read. */
const KEPT_WITHIN_MS = MINUTE_MS;

/** Concurrent uploads of one account in this process: each is in memory until it is stored. */
const MOST_AT_ONCE = 4;

/** The uploads under way in this process: of several senders to one link, only one is read. */
function createReceiving() {
  const of = new Map<string, Set<string>>();
  return {
    begin: ({ id, ownerId }: Media): 'BEGUN' | 'BEING_SENT' | 'TOO_MANY' => {
      const ids = of.get(ownerId) ?? new Set();
      if (ids.has(id)) return 'BEING_SENT';
      if (ids.size >= MOST_AT_ONCE) return 'TOO_MANY';
      of.set(ownerId, ids.add(id));
      return 'BEGUN';
    },
    end: ({ id, ownerId }: Media): void => {
      const ids = of.get(ownerId);
      ids?.delete(id);
      if (ids?.size === 0) of.delete(ownerId);
    },
  };
}

/** Between two pieces of a file; the whole may take as long as the server waits for any request. */
const PIECE_MS = 15_000;

/** Exactly this many bytes, or null. */
async function read(request: IncomingMessage, byteSize: number): Promise<Buffer | null> {
  request.setTimeout(PIECE_MS, () => request.destroy());
  const bytes = await readBody(request, byteSize, null).catch(() => null);
  request.setTimeout(0);
  return bytes?.length === byteSize ? bytes : null;
}
