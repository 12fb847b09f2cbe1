/** Search by words over PostgreSQL. */

export { pageOfCommonWords, WALKED } from './common-words.ts';
export { createSearchIndex, FOUND_FIRST, type KeptWords } from './search-index.ts';
export {
  keyOf,
  narrowedQueryOf,
  SEARCH_VERSION,
  searchQueryOf,
  termQueriesOf,
} from './search-vector.ts';
