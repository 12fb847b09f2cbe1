import type { Viewer } from '../domain/viewer.ts';
import type { Logger } from '../process/logging.ts';

/** What every resolver of every subgraph receives; subgraphs add their loaders and use cases. */
export interface RequestContext {
  readonly viewer: Viewer | null;
  /**
   * True in a subscription that a gateway opens once for everybody whom this subgraph lets in: there
   * is no viewer, and what all who may follow the stream can see may be shown.
   */
  readonly shared: boolean;
  readonly requestId: string;
  /** Where the client of a mutation is, as the gateway signed it; null where nobody is behind it. */
  readonly clientAddress: string | null;
  /** What the client of a mutation calls itself; null where that is not known. */
  readonly userAgent: string | null;
  readonly logger: Logger;
  /** False once nobody waits for the answer; asked before each resolver. Absent: always awaited. */
  readonly isAwaited?: (() => boolean) | undefined;
}
