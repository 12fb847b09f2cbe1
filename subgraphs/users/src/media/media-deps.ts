import type { Clock } from '@souk/runtime/domain';
import type { Logger } from '@souk/runtime/process';
import type { Stores } from '../persistence/stores.ts';
import type { FileStore } from './file-store.ts';
import type { MediaLinks } from './media-links.ts';

/** What uploads and downloads need. */
export interface MediaDeps {
  readonly links: MediaLinks;
  readonly files: FileStore;
  readonly reads: Pick<Stores, 'media'>;
  readonly clock: Clock;
  readonly logger: Logger;
}
