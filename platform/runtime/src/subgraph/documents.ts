import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../domain/clock.ts';
import { MINUTE_MS } from '../domain/durations.ts';
import type { Grant, SignedLinks } from '../domain/signed-links.ts';
import { type Setting, url } from '../process/config.ts';
import { contentDisposition, FILE_HEADERS } from './file-headers.ts';
import { answerRoute } from './http-messages.ts';
import type { HttpRoute } from './subgraph.ts';

/** As the schema's `Download`: a file that is generated when it is fetched. */
export interface Download {
  readonly url: string;
  readonly expiresAt: Date;
  readonly fileName: string;
  readonly contentType: string;
}

/** The content of a document, produced in pieces while it is sent. */
export type WriteDocument = (id: string) => AsyncIterable<string>;

/** The documents of a subgraph: for each kind its file name and how it is generated. */
export type Documents<Kind extends string> = Readonly<
  Record<Kind, { readonly contentType: string; readonly write: WriteDocument }>
>;

interface DocumentGrant extends Grant {
  readonly id: string;
  readonly fileName: string;
}

/** Long enough to press a button, too short to be worth passing on. */
const HOLDS_MS = 10 * MINUTE_MS;

/**
 * Documents that one process generates at once: each reads rows, and the owner of a link may fetch it again
 * and again.
 */
const MOST_AT_ONCE = 20;
/** A client that takes nothing of a document for this long counts as gone. */
const IDLE_MS = 30_000;

const pathOf = (subgraph: string, kind: string) => `/documents/${subgraph}/${kind}/`;
const purposeOf = (kind: string) => `document:${kind}`;

/** Where clients reach `/documents/` of a subgraph: configured, or known only when it is served. */
export function documentSettings(port: number): { readonly documentsUrl: Setting<() => string> } {
  const address = url('DOCUMENTS_URL', `http://localhost:${port}`);
  const read: Setting<() => string>['read'] = (text) => {
    const found = address.read(text);
    return () => found;
  };
  return { documentsUrl: { ...address, read } };
}

/**
 * A link to a document, for a viewer who may see it and for anybody they pass it on to until it expires.
 * Permission is checked when the link is made; fetching it only reads the document.
 */
export function downloadOf<Kind extends string>(
  links: SignedLinks,
  subgraph: string,
  {
    kind,
    id,
    fileName,
    contentType,
  }: Pick<Download, 'fileName' | 'contentType'> & {
    kind: Kind;
    id: string;
  },
  now: Date,
): Download {
  const expires = Math.floor((now.getTime() + HOLDS_MS) / 1_000);
  const grant: DocumentGrant = { id, fileName, expires };
  const link = links.to(pathOf(subgraph, kind), purposeOf(kind), grant);
  return { url: link, expiresAt: new Date(expires * 1_000), fileName, contentType };
}

/**
 * Serves documents to owners of a link, generated while they are read: however long one is, only a piece of
 * it is in memory, and a client that stops reading stops the generation.
 */
export function documentRoute<Kind extends string>(
  links: SignedLinks,
  subgraph: string,
  documents: Documents<Kind>,
  { clock, onFailure }: { clock: Clock; onFailure: (err: unknown) => void },
): HttpRoute {
  let writing = 0;
  return async (request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    const kind = (Object.keys(documents) as Kind[]).find((known) =>
      path.startsWith(pathOf(subgraph, known)),
    );
    if (kind === undefined) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const refused = { code: 'METHOD_NOT_ALLOWED', message: 'Use GET to read documents.' };
      return answerRoute(response, 405, refused, { ...FILE_HEADERS, allow: 'GET, HEAD' });
    }
    const token = path.slice(pathOf(subgraph, kind).length);
    const grant = links.open<DocumentGrant>(purposeOf(kind), token, clock());
    if (!grant) {
      const refused = {
        code: 'NOT_FOUND',
        message: 'This document does not exist or has expired.',
      };
      return answerRoute(response, 404, refused, FILE_HEADERS);
    }
    if (writing >= MOST_AT_ONCE) {
      const refused = { code: 'SERVICE_UNAVAILABLE', message: 'Try again in a moment.' };
      return answerRoute(response, 503, refused, { ...FILE_HEADERS, 'retry-after': '1' });
    }
    const { contentType, write } = documents[kind];
    response.writeHead(200, {
      ...FILE_HEADERS,
      'content-type': `${contentType}; charset=utf-8`,
      'content-disposition': contentDisposition('attachment', grant.fileName),
      'cache-control': 'private, no-store',
    });
    if (request.method === 'HEAD') response.end();
    else {
      writing += 1;
      response.setTimeout(IDLE_MS, () => response.destroy());
      // An answer that ends early is aborted, so that nobody takes it for complete.
      await pipeline(Readable.from(write(grant.id)), response).catch((err) => {
        if (!request.destroyed) onFailure(err);
        response.destroy();
      });
      writing -= 1;
    }
    return true;
  };
}
