import { findRedis, startPostgres } from '../src/index.ts';

// Starts both servers in the folder given, says where they are, and waits to be ended.
const [folder = ''] = process.argv.slice(2);
const postgres = await startPostgres({ dataDir: `${folder}/postgres` });
const redis = await findRedis({ dataDir: `${folder}/redis`, env: { PATH: process.env.PATH } });
process.once('SIGINT', async () => {
  await Promise.all([postgres.stop(), redis?.stop()]);
  process.exit(0);
});
setInterval(() => {}, 60_000);
const report = {
  url: postgres.urlFor('postgres'),
  port: postgres.port,
  redisUrl: redis?.url ?? '',
};
console.log(JSON.stringify(report));
