/**
 * What a subgraph tells a gateway about an item of a stream, besides what clients see. docs/shared-streams.md
 * explains the terms.
 */
export interface StreamMark {
  /** The item's position, increasing from item to item. Absent in streams that are never replayed. */
  readonly position?: number;
  /** On a viewer's own subscription: from this item on they see what everybody here sees. */
  readonly shared?: true;
  /**
   * On a shared subscription: the access of these viewers may have ended here. The item itself is the final
   * event of those whose access has ended, and is sent to nobody else.
   */
  readonly reauthorise?: AffectedViewers;
  /** The span that the item comes from, as W3C Trace Context writes one. */
  readonly traceparent?: string | undefined;
}

/** The viewers whose access may have ended: these, or possibly any. */
export type AffectedViewers = readonly string[] | 'everyone';

const marks = new WeakMap<object, StreamMark>();
/** Items that consist of a mark only. */
const bare = new WeakSet<object>();

/** Marks an item of a subscription's source; the result made from it carries the mark. */
export function marked<Item extends object>(item: Item, mark: StreamMark): Item {
  marks.set(item, mark);
  return item;
}

/** An item without anything for clients: only the gateway reads its mark. */
export function bareMark<Item extends object>(mark: StreamMark): Item {
  const item = marked({} as Item, mark);
  bare.add(item);
  return item;
}

export const markOf = (item: unknown): StreamMark | undefined => marks.get(item as object);
export const isBareMark = (item: unknown): boolean => bare.has(item as object);

/**
 * A mark as it is written for gateways. Those of the previous release expect `recheck`, the former name of
 * `reauthorise`; a gateway that sees neither would let people read on after their access has ended. To be
 * removed with the next release.
 */
export const writtenMark = (mark: StreamMark) =>
  mark.reauthorise ? { ...mark, recheck: mark.reauthorise } : mark;

/** The mark that a subgraph of this release or the previous one has written; malformed parts are left out. */
export function readMark(written: unknown): StreamMark | null {
  if (typeof written !== 'object' || written === null) return null;
  const fields = written as Record<string, unknown>;
  const { position, shared, recheck, reauthorise = recheck, traceparent } = fields;
  return {
    ...(Number.isFinite(position) ? { position: position as number } : {}),
    ...(shared === true ? { shared } : {}),
    ...(areViewers(reauthorise) ? { reauthorise } : {}),
    ...(typeof traceparent === 'string' ? { traceparent } : {}),
  };
}

const areViewers = (value: unknown): value is AffectedViewers =>
  value === 'everyone' ||
  (Array.isArray(value) && value.every((userId) => typeof userId === 'string'));
