import { type Download, documentRoute, downloadOf, type HttpRoute } from '@souk/runtime/subgraph';
import type { ProductImport } from './domain/product-import.ts';
import type { ProductsDeps } from './use-cases/deps.ts';
import { writeReport } from './use-cases/write-report.ts';

const CSV = 'text/csv';

/** Serves the reports of imports to anybody with a link to one. */
export const reportRoute = (deps: ProductsDeps): HttpRoute =>
  documentRoute(
    deps.links,
    'products',
    { report: { contentType: CSV, write: (id) => writeReport(deps, id) } },
    {
      clock: deps.clock,
      onFailure: (err) => deps.logger.warn({ err }, 'a report could not be written'),
    },
  );

/** A link to the refused rows of an import, for a viewer who may see it. */
export const reportOf = (
  { links, clock }: Pick<ProductsDeps, 'links' | 'clock'>,
  { id, fileName }: Pick<ProductImport, 'id' | 'fileName'>,
): Download => {
  const name = `refused-${fileName.replace(/\.csv$/i, '')}.csv`;
  return downloadOf(
    links,
    'products',
    { kind: 'report', id, fileName: name, contentType: CSV },
    clock(),
  );
};
