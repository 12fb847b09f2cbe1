/** What all subgraph schemas share: scalars, checked inputs, connections, loaders. */

export { TEXT_DIRECTIVES } from './check-inputs.ts';
export {
  type Connection,
  connectionOf,
  DEFAULT_PAGE_SIZE,
  type Page,
  type PageArguments,
  pageOf,
} from './connections.ts';
export { argumentOf } from './given-arguments.ts';
export {
  createListLoader,
  createLoader,
  createViewerLoaders,
  type ListLoader,
  type Loader,
} from './loaders.ts';
export type { RequestContext } from './request-context.ts';
export { scalarsDeclaredIn } from './scalars.ts';
export { operationSelects } from './selected-fields.ts';
export { assertStorableLiterals, assertStorableVariables } from './text-safety.ts';
