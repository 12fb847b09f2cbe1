import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf } from '@souk/runtime/domain';
import Negotiator from 'negotiator';
import type { Route } from '../clients/http/server.ts';

/** People whom a visitor can sign in as with one click, for a gateway with demo data. */
export interface DemoPeople {
  readonly password: string;
  readonly people: readonly { readonly username: string; readonly displayName: string }[];
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
};

/** The compressed files that the build writes beside each file, best first. */
const ENCODINGS: Readonly<Record<string, string>> = { br: '.br', gzip: '.gz' };

/** A file's name contains a hash of its content. */
const FOR_GOOD = 'public, max-age=31536000, immutable';

/**
 * Everything comes from this server, so the playground works offline. The editor writes styles into the page,
 * hence `unsafe-inline` for styles; scripts are loaded from files only.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const PLAYGROUND_PATH = '/';

/** GraphiQL at `/` from a folder of built files, with its scripts below `/playground/`. */
export function playgroundRoute(folder: URL, demo: DemoPeople | null = null): Route {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = request.url?.split('?')[0] ?? PLAYGROUND_PATH;
    if (path === PLAYGROUND_PATH) return page(request, response, folder, demo);
    // Only plain names are accepted, so that nothing outside the folder can be requested.
    const name = /^\/playground\/(\w[\w.-]*)$/.exec(path)?.[1];
    return name ? part(request, response, new URL(name, folder)) : false;
  };
}

async function page(
  request: IncomingMessage,
  response: ServerResponse,
  folder: URL,
  demo: DemoPeople | null,
): Promise<boolean> {
  const html = await readFile(new URL('index.html', folder), 'utf8').catch(() => null);
  if (html === null) return false;
  const text = html.replace('<!-- demo -->', () => (demo ? dataBlock(demo) : ''));
  const etag = `"${digestOf(text)}"`;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  if (isKnown(request, response, etag, 'no-cache')) return true;
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(request.method === 'HEAD' ? undefined : text);
  return true;
}

/** Data, to which a policy on scripts does not apply; no text in it can end the element. */
const dataBlock = (demo: DemoPeople) =>
  `<script type="application/json" id="demo-people">${JSON.stringify(demo).replaceAll('<', '\\u003c')}</script>`;

async function part(
  request: IncomingMessage,
  response: ServerResponse,
  file: URL,
): Promise<boolean> {
  const type = TYPES[extname(file.pathname)];
  if (!type) return false;
  const path = fileURLToPath(file);
  if (!(await sizeOf(path))) return false;
  const accepted = new Negotiator(request).encodings(Object.keys(ENCODINGS));
  const encoding = Object.keys(ENCODINGS).find((name) => accepted.includes(name));
  const packed = `${path}${ENCODINGS[encoding ?? ''] ?? ''}`;
  const packedSize = await sizeOf(packed);
  const [sent, size] = packedSize ? [packed, packedSize] : [path, await sizeOf(path)];
  if (sent !== path) response.setHeader('content-encoding', String(encoding));
  response.setHeader('content-type', type);
  response.setHeader('vary', 'Accept-Encoding');
  const etag = `"${file.pathname.split('/').at(-1)}${sent.slice(path.length)}"`;
  if (isKnown(request, response, etag, FOR_GOOD)) return true;
  response.setHeader('content-length', size);
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(sent)
      .on('error', () => response.destroy())
      .pipe(response);
  return true;
}

/** The size of a file, or 0 when it does not exist. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : 0;
}

/**
 * Sets the headers of every answer; true when the client already has the file, which the answer then says.
 */
function isKnown(
  request: IncomingMessage,
  response: ServerResponse,
  etag: string,
  caching: string,
): boolean {
  response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  response.setHeader('cache-control', caching);
  response.setHeader('etag', etag);
  if (request.headers['if-none-match'] !== etag) return false;
  response.removeHeader('content-encoding');
  response.writeHead(304).end();
  return true;
}
