import type { ProtocolName } from '../clients/protocols.ts';

/** A server that tells everybody in a room what is said there. */
export interface Contender {
  readonly name: string;
  start(setting: Setting): Promise<RunningServer>;
}

export interface Setting {
  /** A folder of its own, for files and logs. */
  readonly folder: string;
  /** Among the contenders, from 0: it has ports of its own by that. */
  readonly place: number;
  /** Flags for Node that the one measured process is to be started with. */
  readonly nodeFlags: readonly string[];
}

export interface RunningServer {
  /** The measured process, on a core of its own. */
  readonly pid: number;
  readonly port: number;
  readonly protocol: ProtocolName;
  readonly roomId: string;
  /** How many different things its clients ask for in the room; one by default. */
  readonly selections?: number;
  /** Signs access tokens that it accepts: a private key as a JWK, in JSON. */
  readonly tokenKey: string;
  /** Says the room's message of this number; each number once, from 1. */
  say(number: number): Promise<void>;
  /** What its subgraphs have seen so far; null when it has none. */
  seen(): Promise<Seen | null>;
  stop(): Promise<void>;
}

export interface Seen {
  /** Requests for fields of the events. */
  readonly fetches: number;
  /** Subscriptions of the gateway open now, where that is known. */
  readonly open: number | null;
}
