/** Search by words over PostgreSQL. */

export { createSearchIndex } from './search-index.ts';
export { narrowedQueryOf, SEARCH_VERSION, searchQueryOf } from './search-vector.ts';
