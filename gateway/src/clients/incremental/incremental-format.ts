import type {
  DeferredResult,
  FirstPart,
  LaterParts,
  PartResult,
  PendingPart,
  StreamedResult,
} from '@souk/engine';

/**
 * How the parts of an answer are written. Clients use two drafts of GraphQL's incremental delivery, and none
 * that expects one can read the other.
 */
export interface IncrementalFormat {
  /** The parameter of the media type by which a client asks for the format and the answer names it. */
  readonly specification: string;
  /** The JSON text of the first part. */
  first(part: FirstPart): string;
  later(batch: LaterParts): string;
}

/** The draft of August 2022: each part says where it belongs. Used by Apollo Client 3 and 4, Relay, urql. */
export const deferSpec20220824: IncrementalFormat = {
  specification: 'deferSpec=20220824',
  first: ({ body, pending }) => withMembers(body, { hasNext: pending.length > 0 }),
  later: ({ results, isLast }) => {
    const incremental = results.flatMap((result) =>
      result.kind === 'items' ? itemsOf2022(result) : fragmentOf2022(result),
    );
    return `{"incremental":[${incremental.join()}],"hasNext":${!isLast}}`;
  },
};

const fragmentOf2022 = (result: DeferredResult): string => {
  const { path, label, errors, extensions } = result;
  return withMembers(dataOf(result), { path, label, ...errorsOf(errors), extensions });
};

/** The path of items ends with the index of the first of them; `null` in place of items ends a list early. */
const itemsOf2022 = (result: StreamedResult): string[] => {
  const { items, path, label, start, end, errors, failure, extensions } = result;
  const sent = { path: [...path, start], label, ...errorsOf(errors), extensions };
  const ended = { items: null, path: [...path, end], label, ...errorsOf(failure) };
  return [
    ...(end > start ? [withMembers(`{"items":${items}}`, sent)] : []),
    ...(failure.length > 0 ? [JSON.stringify(ended)] : []),
  ];
};

/** The draft of graphql-js 17: parts are announced with an id, then sent and completed by it. */
export const incrementalSpecV02: IncrementalFormat = {
  specification: 'incrementalSpec=v0.2',
  first: ({ body, pending }) =>
    withMembers(body, { ...announced(pending), hasNext: pending.length > 0 }),
  later: ({ pending, results, isLast }) => {
    const sent = results.filter((result) =>
      result.kind === 'items' ? result.end > result.start : result.data !== null,
    );
    const incremental = sent.map((result) => {
      const { id, errors, extensions } = result;
      const own = result.kind === 'items' ? `{"items":${result.items}}` : dataOf(result);
      return withMembers(own, { id, ...errorsOf(errors), extensions });
    });
    const completed = results.map((result) => ({ id: result.id, ...errorsOf(failureOf(result)) }));
    const members = { ...announced(pending), completed, hasNext: !isLast };
    return sent.length > 0
      ? withMembers(`{"incremental":[${incremental.join()}]}`, members)
      : JSON.stringify(members);
  },
};

const dataOf = ({ data }: DeferredResult): string => `{"data":${data ?? 'null'}}`;

type Errors = PartResult['errors'];

const errorsOf = (errors: Errors) => (errors.length > 0 ? { errors } : {});

/** Why a part is incomplete. Errors inside data or items are written next to those. */
const failureOf = (result: PartResult): Errors => {
  if (result.kind === 'items') return result.failure;
  return result.data === null ? result.errors : [];
};

const announced = (pending: readonly PendingPart[]) =>
  pending.length > 0
    ? { pending: pending.map(({ id, path, label }) => ({ id, path, label })) }
    : {};

/** Adds members to an object's JSON text; undefined ones are left out. */
const withMembers = (text: string, members: object): string =>
  `${text.slice(0, -1)},${JSON.stringify(members).slice(1)}`;

const MULTIPART = /^multipart\/mixed\b/i;
const EVENT_STREAM = /^text\/event-stream\b/i;
const SUBSCRIPTIONS_ONLY = /;\s*subscriptionspec=/i;
const V02 = /;\s*incrementalspec="?v0\.2\b/i;
const OF_2022 = /;\s*deferspec="?20220824\b/i;
const QUALITY = /;\s*q=([0-9.]+)/i;
const ANY_DRAFT = /;\s*(?:defer|incremental)spec=/i;

/** The draft that one range of an Accept header asks for; the older one when it names none. */
function formatOf(range: string): IncrementalFormat | null {
  if (V02.test(range)) return incrementalSpecV02;
  if (OF_2022.test(range)) return deferSpec20220824;
  return ANY_DRAFT.test(range) || SUBSCRIPTIONS_ONLY.test(range) ? null : deferSpec20220824;
}

/** The draft that a client prefers for this media type; null when it does not accept parts in it. */
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
 * The format for a client of a socket. It has no headers and asks for a format in the `extensions` of its
 * message. A socket carries several messages for one operation anyway, so a client that says nothing gets the
 * older draft.
 */
export const inMessages = (extensions: unknown): IncrementalFormat => {
  const asked = (extensions as { incrementalSpec?: unknown } | null | undefined)?.incrementalSpec;
  return asked === 'v0.2' ? incrementalSpecV02 : deferSpec20220824;
};
