import type { Viewer } from '../identity/viewer.ts';
import type { Logger } from '../logging.ts';

/** What every resolver of every subgraph receives; subgraphs add their loaders and use cases. */
export interface RequestContext {
  readonly viewer: Viewer | null;
  readonly requestId: string;
  readonly logger: Logger;
}
