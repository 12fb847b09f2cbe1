import { type EventLog, sellerStream } from '@souk/runtime/events';
import type { ProductImport } from '../domain/product-import.ts';

/** An event for whoever looks at the import at that moment. */
export const announceImport = (
  { events }: { events: EventLog },
  { id: importId, sellerId, status }: Pick<ProductImport, 'id' | 'sellerId' | 'status'>,
) =>
  events.append({
    type: 'products.ImportProgressed',
    stream: sellerStream(sellerId),
    payload: { importId, sellerId, status },
  });
