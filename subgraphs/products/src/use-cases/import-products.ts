import { DAY_MS } from '@souk/runtime/domain';
import type { SignedIn } from '../domain/actor.ts';
import { importsFull, mediaNotFound, sellerNotFound } from '../domain/errors.ts';
import type { ProductImport } from '../domain/product-import.ts';
import { assertMayDoFor } from '../domain/seller-permissions.ts';
import { announceImport } from './announce-import.ts';
import type { ProductsDeps } from './deps.ts';
import { actorOf } from './selling.ts';

export interface ImportProductsInput {
  sellerId: string;
  mediaId: string;
  idempotencyKey: string;
}

/** How many files of a seller can be waiting or in progress. */
const MOST_OPEN = 5;
/** And how many are accepted in a day. */
const MOST_A_DAY = 50;

/** Has a worker read a file of products, row by row. */
export async function importProducts(
  { transaction, clock, newId }: ProductsDeps,
  viewer: SignedIn,
  input: ImportProductsInput,
): Promise<{ importId: string; replayed: boolean }> {
  const { sellerId, mediaId, idempotencyKey: key } = input;
  return transaction(async (stores) => {
    const { idempotency, imports, media, sellers } = stores;
    if (!(await sellers.lock(sellerId, 'update'))) throw sellerNotFound(['sellerId']);
    // With the seller locked: people who were removed while this waited are out. By membership only, since
    // the worker checks it again for each row, and roles belong to this moment.
    const actor = { ...(await actorOf(stores, viewer)), roles: [] };
    assertMayDoFor(actor, 'EDIT_PRODUCTS', { sellerId });
    const request = {
      scope: `importProducts:${viewer.userId}`,
      key,
      input,
      path: ['idempotencyKey'],
    };
    const { result, replayed } = await idempotency.once(request, async () => {
      const [file] = await media.findMany([mediaId]);
      const isOwn = file?.ownerId === viewer.userId && file.purpose === 'IMPORT_FILE';
      if (!file || !isOwn) throw mediaNotFound(['mediaId']);
      const yesterday = new Date(clock().getTime() - DAY_MS);
      const isFull =
        (await imports.countOpen(sellerId, MOST_OPEN)) >= MOST_OPEN ||
        (await imports.countSince(sellerId, yesterday, MOST_A_DAY)) >= MOST_A_DAY;
      if (isFull) throw importsFull(['sellerId']);
      const job: ProductImport = {
        id: newId('imp'),
        sellerId,
        mediaId,
        fileName: file.fileName,
        status: 'QUEUED',
        requestedBy: viewer.userId,
        tries: 0,
        totalRows: null,
        doneRows: 0,
        accepted: 0,
        refused: 0,
        failure: null,
        createdAt: clock(),
        finishedAt: null,
      };
      await imports.insert(job);
      await announceImport(stores, job);
      return job.id;
    });
    return { importId: result, replayed };
  });
}
