import type { ObjectFields, ObjectOutput, Output, OutputField } from '../compile/projection.ts';
import { type Item, ItemList, type Slot } from '../compile/shape.ts';
import type { Variant } from '../compile/variant.ts';
import type { ResponsePath } from '../errors.ts';
import { fieldsAt } from './render.ts';

/**
 * Whether an error at this path concerns something that the client requested. The planner fetches the
 * entities of a field in one request, whatever types they were reached through, and thus also fields that are
 * selected only for other types. Errors of these are irrelevant. Errors of fields that are fetched for other
 * reasons, such as `@requires`, may have an effect elsewhere.
 */
export const isFelt = (
  { output, selects }: Pick<Variant, 'output' | 'selects'>,
  root: Item,
  path: ResponsePath,
): boolean => !leadsBeside(output, root, path) || !selects(path);

/** Whether a path leads through existing objects to a field that is not selected for their types. */
function leadsBeside(output: ObjectOutput, root: Item, path: ResponsePath): boolean {
  let at: Output = output;
  let value: Slot = root;
  for (const element of path) {
    if (at.kind === 'leaf') return false;
    if (at.kind === 'list') {
      if (!(value instanceof ItemList)) return false;
      value = value.elements[Number(element)];
      at = at.of;
      continue;
    }
    const fields: ObjectFields | undefined = Array.isArray(value) ? fieldsAt(at, value) : undefined;
    // A null must be explained by some error, and a deferred part reports its errors with it.
    if (!fields || fields.deferred.length > 0) return false;
    const field: OutputField | undefined = fields.fields.find(({ name }) => name === element);
    if (!field) return true;
    value = (value as Item)[field.slot];
    at = field.output;
  }
  return false;
}
