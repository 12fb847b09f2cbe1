import type { ProtocolName } from './protocols.ts';

/** The commands of the conductor to the process of all subscribers. */
export type ToClients =
  | {
      type: 'prepare';
      port: number;
      protocol: ProtocolName;
      roomId: string;
      subscribers: number;
      /** The number of different requests that they use in turn. */
      selections: number;
      /** Signs their access tokens: a private key as a JWK, in JSON. */
      tokenKey: string;
    }
  /** Lets so many be in the room in all; the next message is this number. */
  | { type: 'join'; subscribers: number; nextMessage: number }
  /** When the message was sent, on the machine's clock. */
  | { type: 'sent'; number: number; at: number }
  /** Forgets the latencies so far. */
  | { type: 'measure' }
  | { type: 'tell'; number: number };

export type FromClients =
  | { type: 'prepared' }
  | { type: 'joined' }
  | { type: 'failed'; reason: string }
  /** All have it, and the last got it then. */
  | { type: 'reached'; number: number; at: number }
  | ({ type: 'report' } & ClientsReport);

export interface ClientsReport {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Subscribers without the last message, wrong frames, and connections that ended. */
  readonly missing: number;
  readonly wrong: number;
  readonly lost: number;
  readonly faults: readonly string[];
  readonly payloadBytes: number;
}
