import type { DeferredResult, FirstPart, LaterParts, PendingPart } from '@souk/engine';

/**
 * How the parts of an answer are written. Two drafts of GraphQL's incremental delivery are spoken by
 * clients; neither is read by who expects the other.
 */
export interface IncrementalFormat {
  /** By which a client asks for it, and the answer says that it has it, as a parameter of the media type. */
  readonly specification: string;
  /** The JSON text of the first part. */
  first(part: FirstPart): string;
  later(batch: LaterParts): string;
}

/** The draft of August 2022: each part says where it belongs. Apollo Client 3 and 4, Relay, urql. */
export const deferSpec20220824: IncrementalFormat = {
  specification: 'deferSpec=20220824',
  first: ({ body, pending }) => withMembers(body, { hasNext: pending.length > 0 }),
  later: ({ results, isLast }) => {
    const incremental = results.map((result) => {
      const { path, label, extensions } = result;
      return withMembers(dataOf(result), { path, label, ...errorsOf(result), extensions });
    });
    return `{"incremental":[${incremental.join()}],"hasNext":${!isLast}}`;
  },
};

/** The draft that graphql-js 17 has: parts are announced with an id, sent and completed by it. */
export const incrementalSpecV02: IncrementalFormat = {
  specification: 'incrementalSpec=v0.2',
  first: ({ body, pending }) =>
    withMembers(body, { ...announced(pending), hasNext: pending.length > 0 }),
  later: ({ pending, results, isLast }) => {
    const withData = results.filter(({ data }) => data !== null);
    const incremental = withData.map((result) => {
      const { id, extensions } = result;
      return withMembers(dataOf(result), { id, ...errorsOf(result), extensions });
    });
    const completed = results.map((result) => ({
      id: result.id,
      // With data, its errors are beside that.
      ...(result.data === null ? errorsOf(result) : {}),
    }));
    const members = { ...announced(pending), completed, hasNext: !isLast };
    return withData.length > 0
      ? withMembers(`{"incremental":[${incremental.join()}]}`, members)
      : JSON.stringify(members);
  },
};

const dataOf = ({ data }: DeferredResult): string => `{"data":${data ?? 'null'}}`;

const errorsOf = ({ errors }: DeferredResult) => (errors.length > 0 ? { errors } : {});

const announced = (pending: readonly PendingPart[]) =>
  pending.length > 0
    ? { pending: pending.map(({ id, path, label }) => ({ id, path, label })) }
    : {};

/** An object's JSON text with more members; those that are undefined are left out. */
const withMembers = (text: string, members: object): string =>
  `${text.slice(0, -1)},${JSON.stringify(members).slice(1)}`;

const MULTIPART = /^multipart\/mixed\b/i;
const EVENT_STREAM = /^text\/event-stream\b/i;
const SUBSCRIPTIONS_ONLY = /;\s*subscriptionspec=/i;
const V02 = /;\s*incrementalspec="?v0\.2\b/i;
const OF_2022 = /;\s*deferspec="?20220824\b/i;
const QUALITY = /;\s*q=([0-9.]+)/i;
const ANY_DRAFT = /;\s*(?:defer|incremental)spec=/i;

/** The draft that a range of an Accept header asks for; the older one where it names none. */
function formatOf(range: string): IncrementalFormat | null {
  if (V02.test(range)) return incrementalSpecV02;
  if (OF_2022.test(range)) return deferSpec20220824;
  return ANY_DRAFT.test(range) || SUBSCRIPTIONS_ONLY.test(range) ? null : deferSpec20220824;
}

/** The draft that a client prefers in an answer by this media type; null: it takes no parts by it. */
function acceptedBy(type: RegExp, accept: string | undefined): IncrementalFormat | null {
  let best: IncrementalFormat | null = null;
  let highest = 0;
  for (const range of accept?.split(',') ?? []) {
    const quality = Number(QUALITY.exec(range)?.[1] ?? 1);
    const format = quality > highest && type.test(range.trim()) ? formatOf(range) : null;
    if (!format) continue;
    best = format;
    highest = quality;
  }
  return best;
}

export const inMultipart = (accept: string | undefined): IncrementalFormat | null =>
  acceptedBy(MULTIPART, accept);

export const inEvents = (accept: string | undefined): IncrementalFormat | null =>
  acceptedBy(EVENT_STREAM, accept);

/**
 * The format for a client of a socket, which has no headers: it asks for one in the `extensions` of its
 * message. A socket brings several messages for one operation anyway, so who says nothing gets the older draft.
 */
export const inMessages = (extensions: unknown): IncrementalFormat => {
  const asked = (extensions as { incrementalSpec?: unknown } | null | undefined)?.incrementalSpec;
  return asked === 'v0.2' ? incrementalSpecV02 : deferSpec20220824;
};
