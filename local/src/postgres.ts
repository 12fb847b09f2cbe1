export { type Postgres, type PostgresOptions, startPostgres, usePostgres } from '@souk/embedded';
