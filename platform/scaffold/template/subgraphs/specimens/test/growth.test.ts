import { as } from '@souk/testkit';
import { expectNoOverread, GROWTH, grownId, grownIdSql } from '@souk/testkit/growth';
import { startSpecimens } from './specimens.ts';

// Every read of the graph, with many rows in every table: none reads more than what it gives.

expectNoOverread('specimens', {
  start: startSpecimens,
  fill: [
    `INSERT INTO "specimen" (id, author_id, text, created_at)
     SELECT ${grownIdSql('spc', 'n')}, ${grownIdSql('usr', 'n')}, 'Text ' || n, now()
     FROM generate_series(1, ${GROWTH.rows}) n`,
  ],
  sample: {
    ids: { Specimen: [1, 2, 3].map((n) => grownId('spc', n)) },
    values: { 'Query.specimen.id': [grownId('spc', 1)] },
  },
  viewer: as('ada'),
  rules: [],
  reads: 4,
});
