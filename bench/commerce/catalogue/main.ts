import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  backplaneOn,
  localSecrets,
  localSettings,
  startServers,
  startSupergraph,
} from '@souk/local';
import { silentLogger } from '@souk/runtime/process';
import { fillCatalogue } from './fill-catalogue.ts';
import { askerAt, type MeasuredRead, measureReads } from './measure-reads.ts';
import { reportCatalogue } from './report-catalogue.ts';

const USAGE = `npm run bench:catalogue -- [options]

Pages of the catalogue and searches, one by one through the gateway, at several sizes of the catalogue.

  --products N   in the catalogue, from few to many; repeatable, default 1000, 10000 and 100000
  --asks N       of each read, default 200
`;

const { values } = parseArgs({
  options: {
    products: { type: 'string', multiple: true, default: ['1000', '10000', '100000'] },
    asks: { type: 'string', default: '200' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

/** Whoever asks here asks more than anybody may; and a busy machine may plan slowly, once. */
const UNLIMITED = {
  ...{ LIMIT_RATE_ADDRESS: 'off', LIMIT_RATE_VIEWER: 'off', LIMIT_RATE_COST: 'off' },
  LIMIT_PLANNING_MS: '60000',
};

const folder = mkdtempSync(join(tmpdir(), 'souk-catalogue-'));
const servers = await startServers(folder);
try {
  const { gateway } = await startSupergraph({
    databaseUrls: servers.databases.urls,
    backplane: await backplaneOn(servers, silentLogger),
    secrets: await localSecrets(folder),
    ...{ port: 0, demo: false, logger: silentLogger, settings: localSettings(UNLIMITED) },
  });
  console.log(`Node ${process.version}; Souk, its database and who asks share this machine`);
  const ask = askerAt(gateway.url);
  const measured: MeasuredRead[] = [];
  let present = 0;
  for (const products of values.products.map(Number)) {
    await fillCatalogue(servers.databases.urls.products as string, { from: present, to: products });
    present = products;
    measured.push(...(await measureReads(ask, { products, asks: Number(values.asks) })));
  }
  console.log(reportCatalogue(measured));
} finally {
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
