/** Search by words over PostgreSQL. */

export { createSearchIndex } from './search-index.ts';
export {
  keyOf,
  narrowedQueryOf,
  SEARCH_VERSION,
  searchQueryOf,
  termQueriesOf,
} from './search-vector.ts';
