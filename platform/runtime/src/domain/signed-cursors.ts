import { createHmac, timingSafeEqual } from 'node:crypto';
import { badInput } from './errors/common-errors.ts';

/**
 * Cursors that carry a value and cannot be forged, though they can be read: base64url of a MAC and the
 * value's JSON.
 */
export interface SignedCursors {
  /** `purpose` binds the cursor to one list or stream, e.g. `products:PRICE_ASC` or a stream name. */
  sign(purpose: string, value: unknown): string;
  /** Throws `BAD_USER_INPUT` for a cursor that was edited, cut, or made for something else. */
  verify(purpose: string, cursor: string, path?: readonly string[]): unknown;
}

/** 128 bits of the MAC are kept: beyond guessing, and short in a URL. */
const MAC_BYTES = 16;
/** More than the longest cursor: positions in hundreds of streams at once. */
const MAX_LENGTH = 8_192;

/**
 * `secrets` are separated by commas: the first one signs, all are accepted, so that a secret can be replaced
 * without ending a list or a stream.
 */
export function createSignedCursors(secrets: string): SignedCursors {
  const ring = secrets.split(',') as [string, ...string[]];
  const [newest] = ring;
  const macOf = (secret: string, purpose: string, json: string) =>
    createHmac('sha256', secret).update(`${purpose}\n${json}`).digest().subarray(0, MAC_BYTES);
  return {
    sign: (purpose, value) => {
      const json = JSON.stringify(value);
      return Buffer.concat([macOf(newest, purpose, json), Buffer.from(json)]).toString('base64url');
    },
    verify: (purpose, cursor, path = ['after']) => {
      const bytes = cursor.length > MAX_LENGTH ? Buffer.alloc(0) : Buffer.from(cursor, 'base64url');
      const json = bytes.subarray(MAC_BYTES).toString();
      // Decoding ignores stray characters; a cursor that contains any is not one that we issued.
      const isAsGiven = bytes.toString('base64url') === cursor;
      if (
        !isAsGiven ||
        bytes.length <= MAC_BYTES ||
        !ring.some((secret) =>
          timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(secret, purpose, json)),
        )
      ) {
        throw badInput('This cursor does not belong here.', path);
      }
      return JSON.parse(json);
    },
  };
}

/** Cursors of event streams: a sequence, signed for its stream. */
export interface StreamCursors {
  at(stream: string, sequence: number): string;
  /**
   * Throws `BAD_USER_INPUT` for a cursor of another stream or one that was never issued; `path` says where in
   * the input it was.
   */
  sequenceOf(stream: string, cursor: string, path?: readonly string[]): number;
}

/** Streams of different subgraphs may share a name (`user:…`), so the subgraph is signed too. */
export const createStreamCursors = (subgraph: string, cursors: SignedCursors): StreamCursors => ({
  at: (stream, sequence) => cursors.sign(`stream:${subgraph}:${stream}`, sequence),
  sequenceOf: (stream, cursor, path = ['after']) =>
    cursors.verify(`stream:${subgraph}:${stream}`, cursor, path) as number,
});
