import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Route } from '../http/server.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
};

/**
 * Everything comes from this server, so the playground works offline. The editor writes styles into
 * the page, hence `unsafe-inline` for styles; scripts come from files alone.
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

/** GraphiQL at `/` from a folder of built files, with its scripts below `/playground/`. */
export function playgroundRoute(folder: URL): Route {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const name = fileNameOf(request.url?.split('?')[0] ?? '/');
    const type = name && TYPES[extname(name)];
    if (!name || !type) return false;
    const path = fileURLToPath(new URL(name, folder));
    const found = await stat(path).catch(() => null);
    if (!found?.isFile()) return false;
    const etag = `"${found.size.toString(36)}-${found.mtimeMs.toString(36)}"`;
    response.setHeader('content-type', type);
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    response.setHeader('cache-control', 'no-cache');
    response.setHeader('etag', etag);
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return true;
    }
    response.setHeader('content-length', found.size);
    if (request.method === 'HEAD') response.end();
    else
      createReadStream(path)
        .on('error', () => response.destroy())
        .pipe(response);
    return true;
  };
}

/** Only plain names: nothing outside the folder can be asked for. */
function fileNameOf(path: string): string | null {
  if (path === '/') return 'index.html';
  return /^\/playground\/(\w[\w.-]*)$/.exec(path)?.[1] ?? null;
}
