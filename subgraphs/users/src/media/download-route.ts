import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { contentDisposition, FILE_HEADERS, type HttpRoute } from '@souk/runtime/subgraph';
import { isShownInline } from './content-types.ts';
import type { ByteRange } from './file-store.ts';
import { answerWith, notHere } from './http-answers.ts';
import type { MediaDeps } from './media-deps.ts';
import { type FileGrant, MEDIA_PATH } from './media-links.ts';

/**
 * Serves files to owners of a link, completely or in part. Anything but an image is saved, never displayed.
 */
export function downloadRoute({ links, files, clock }: MediaDeps): HttpRoute {
  return async (request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    if (!path.startsWith(MEDIA_PATH)) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const refused = { code: 'METHOD_NOT_ALLOWED', message: 'Use GET to read files.' };
      return answerWith(response, 405, refused, { allow: 'GET, HEAD' });
    }
    const now = clock();
    const grant = links.fileGrant(path.slice(MEDIA_PATH.length), now);
    if (!grant) return notHere(response);
    const size = await files.sizeOf(grant.key);
    if (size === null) return notHere(response);
    // The content of a key never changes.
    const etag = `"${grant.key}"`;
    const headers = headersOf(grant, now, etag);
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers);
      response.end();
      return true;
    }
    const range = rangeOf(request.headers.range, size);
    if (range === 'outside') {
      const refused = { code: 'BAD_REQUEST', message: 'The file does not have this range.' };
      return answerWith(response, 416, refused, { 'content-range': `bytes */${size}` });
    }
    const length = range ? range.last - range.first + 1 : size;
    const isPart = range && { 'content-range': `bytes ${range.first}-${range.last}/${size}` };
    response.writeHead(range ? 206 : 200, { ...headers, ...isPart, 'content-length': length });
    if (request.method === 'HEAD') response.end();
    else await send(response, await files.read(grant.key, range ?? undefined));
    return true;
  };
}

async function send(response: ServerResponse, file: { body: NodeJS.ReadableStream } | null) {
  if (!file) return void response.destroy();
  // A client that disconnects halfway is not an error.
  await pipeline(file.body, response).catch(() => response.destroy());
}

function headersOf({ contentType, fileName, shared, expires }: FileGrant, now: Date, etag: string) {
  const seconds = Math.max(0, expires - Math.ceil(now.getTime() / 1_000));
  const kind = isShownInline(contentType) ? 'inline' : 'attachment';
  return {
    ...FILE_HEADERS,
    'content-type': contentType.startsWith('text/') ? `${contentType}; charset=utf-8` : contentType,
    'content-disposition': contentDisposition(kind, fileName),
    'cache-control': `${shared ? 'public' : 'private'}, max-age=${seconds}, immutable`,
    'accept-ranges': 'bytes',
    etag,
  };
}

/**
 * A byte range of a file as RFC 9110 defines it; null for the whole file, also when the request is invalid.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | null | 'outside' {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return null;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < first) return null;
  return first >= size || (from === '' && Number(to) === 0) ? 'outside' : { first, last };
}
