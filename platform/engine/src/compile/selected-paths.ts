import {
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { ResponsePath } from '../errors.ts';
import { responseName } from './free-names.ts';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/**
 * Whether an operation selects the field at the end of a path of its response, whatever the types of the
 * objects on the path.
 */
export function selectsPath(
  path: ResponsePath,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): boolean {
  let sets: readonly SelectionSetNode[] = [operation.selectionSet];
  for (const name of path) {
    if (typeof name === 'number') continue;
    const fields = sets.flatMap((set) => [...fieldsNamed(name, set, fragments)]);
    if (fields.length === 0) return false;
    sets = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
  }
  return true;
}

function* fieldsNamed(
  name: string,
  { selections }: SelectionSetNode,
  fragments: Fragments,
): Iterable<{ readonly selectionSet?: SelectionSetNode | undefined }> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      if (responseName(selection) === name) yield selection;
      continue;
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    if (fragment) yield* fieldsNamed(name, fragment.selectionSet, fragments);
  }
}
