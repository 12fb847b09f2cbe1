import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Route } from '../http/server.ts';

/** Written by `npm run build:playground`; the same folder from src/ and from the bundle in dist/. */
const FOLDER = new URL('../../dist/playground/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

/**
 * Everything comes from this server, so the playground works offline. Monaco styles its lines and
 * starts its workers in ways that need `unsafe-inline` styles and blob workers; scripts do not.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** GraphiQL at `/`, with its scripts below `/playground/`. */
export function playgroundRoute(): Route {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const name = fileNameOf(request.url?.split('?')[0] ?? '/');
    const type = name && TYPES[extname(name)];
    if (!name || !type) return false;
    const path = fileURLToPath(new URL(name, FOLDER));
    const found = await stat(path).catch(() => null);
    if (!found?.isFile()) return false;
    response.setHeader('content-type', type);
    response.setHeader('content-length', found.size);
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    // The page is small and names its scripts by their content, so only the scripts are kept.
    response.setHeader(
      'cache-control',
      name === 'index.html' ? 'no-cache' : 'public, max-age=3600',
    );
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
  return /^\/playground\/((?:[\w-]+\/)?[\w.-]+)$/.exec(path)?.[1] ?? null;
}
