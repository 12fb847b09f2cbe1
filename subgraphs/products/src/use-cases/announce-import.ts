import { type EventLog, type NewEvent, sellerStream } from '@souk/runtime/events';
import type { ProductImport } from '../domain/product-import.ts';

/** An event for viewers who watch the import. */
export const importProgressed = ({
  id: importId,
  sellerId,
  status,
}: Pick<ProductImport, 'id' | 'sellerId' | 'status'>): NewEvent<'products.ImportProgressed'> => ({
  type: 'products.ImportProgressed',
  stream: sellerStream(sellerId),
  payload: { importId, sellerId, status },
});

export const announceImport = (
  { events }: { events: EventLog },
  job: Parameters<typeof importProgressed>[0],
) => events.append(importProgressed(job));
