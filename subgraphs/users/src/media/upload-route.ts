import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpRoute } from '@souk/runtime/subgraph';
import { answerWith, notHere } from './http-answers.ts';
import type { MediaDeps } from './media-deps.ts';
import { originalKey, UPLOAD_PATH, type UploadGrant } from './media-links.ts';

/**
 * Takes the bytes of an upload: once, exactly as many and of the kind that was promised. What they are
 * is looked at when the upload is completed.
 */
export function uploadRoute({ links, reads, files, clock, logger }: MediaDeps): HttpRoute {
  const receive = async (
    request: IncomingMessage,
    response: ServerResponse,
    { id, byteSize, contentType }: UploadGrant,
  ): Promise<true> => {
    const refuse = (status: number, code: string, message: string) =>
      answerWith(response, status, { code, message }, { connection: 'close' });
    if (Number(request.headers['content-length'] ?? Number.NaN) !== byteSize) {
      return refuse(413, 'BAD_REQUEST', `This link takes ${byteSize} bytes, said beforehand.`);
    }
    const said = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (said !== contentType) return refuse(415, 'BAD_REQUEST', `This link takes ${contentType}.`);
    const [pending] = await reads.media.findMany([id]);
    if (pending?.status !== 'PENDING') return notHere(response);
    const used = () => refuse(409, 'CONFLICT', 'This link was used before.');
    if (pending.uploadedAt) return used();
    const bytes = await read(request, byteSize);
    if (!bytes) return refuse(400, 'BAD_REQUEST', 'Not all of the file came.');
    if (!(await reads.media.claimUpload(id, clock()))) return used();
    try {
      await files.write(originalKey(id), bytes, contentType);
    } catch (err) {
      await reads.media.releaseUpload(id);
      logger.error({ err, mediaId: id }, 'an upload could not be kept');
      return refuse(503, 'SERVICE_UNAVAILABLE', 'It could not be kept; send it again.');
    }
    return answerWith(response, 204);
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
      const refused = { code: 'METHOD_NOT_ALLOWED', message: 'Send the file by PUT.' };
      return answerWith(response, 405, refused, { allow: 'PUT, OPTIONS' });
    }
    const grant = links.uploadGrant(path.slice(UPLOAD_PATH.length), clock());
    return grant ? receive(request, response, grant) : notHere(response);
  };
}

/** Between two pieces of a file; all of it may take as long as the server waits for any request. */
const PIECE_MS = 15_000;

/** Exactly so many bytes, or null. */
async function read(request: IncomingMessage, byteSize: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  request.setTimeout(PIECE_MS, () => request.destroy());
  try {
    for await (const chunk of request) {
      size += chunk.length;
      if (size > byteSize) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  } finally {
    request.setTimeout(0);
  }
  return size === byteSize ? Buffer.concat(chunks) : null;
}
