import type { Viewer } from '../domain/viewer.ts';
import type { Logger } from '../process/logging.ts';

/** What every resolver of every subgraph receives; subgraphs add their loaders and use cases. */
export interface RequestContext {
  readonly viewer: Viewer | null;
  /**
   * True in a subscription that a gateway opens once for everybody whom this subgraph lets in: there is no
   * viewer, and only what all subscribers may see may be shown.
   */
  readonly shared: boolean;
  readonly requestId: string;
  /** The address of a mutation's client, signed by the gateway; null when no client is behind it. */
  readonly clientAddress: string | null;
  /** How a mutation's client names itself; null when that is not known. */
  readonly userAgent: string | null;
  /** The subgraph's. A line names its request itself: few requests log anything, and a logger for each costs 1 % of a message. */
  readonly logger: Logger;
  /** False once nobody waits for the answer; checked before each resolver. Absent: always awaited. */
  readonly isAwaited?: (() => boolean) | undefined;
}
