import { isIdOf } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { ProductImportResolvers } from '../__generated__/resolvers.ts';
import { type ImportRefusal, progressOf } from '../domain/product-import.ts';
import { maySeeDesk } from '../domain/seller-permissions.ts';
import { reportOf } from '../report-route.ts';
import { actorOfViewer } from './actor-of-viewer.ts';

type Position = readonly [row: number, position: number];

export const ProductImport: ProductImportResolvers = {
  __resolveReference: async ({ id }, context) => {
    const job = isIdOf('imp', id) ? await context.loaders.productImport.load(id) : null;
    return job && maySeeDesk(await actorOfViewer(context), job) ? job : null;
  },
  progress: (job) => progressOf(job),
  rowCount: ({ totalRows }) => totalRows,
  report: (job, _, { services }) => (job.refused === 0 ? null : reportOf(services, job)),
  refusals: async ({ id }, args, { stores, cursors }) => {
    const purpose = `refusals:${id}`;
    const page = pageOf<Position>(args, { cursors, purpose });
    const rows = await stores.imports.refusalsOf(id, { after: page.from, limit: page.limit + 1 });
    const positionOf = ({ row, position }: ImportRefusal): Position => [row, position];
    return connectionOf(rows, page, { cursors, purpose, positionOf });
  },
};
