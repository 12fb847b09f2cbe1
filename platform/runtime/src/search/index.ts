/** Search by words over PostgreSQL. */

export { createSearchIndex, FOUND_FIRST } from './search-index.ts';
export {
  keyOf,
  narrowedQueryOf,
  SEARCH_VERSION,
  searchQueryOf,
  termQueriesOf,
} from './search-vector.ts';
