import type { ObjectFields, ObjectOutput, Output, OutputField } from '../compile/projection.ts';
import { type Item, ItemList, type Slot } from '../compile/shape.ts';
import type { Variant } from '../compile/variant.ts';
import type { ResponsePath } from '../errors.ts';
import { fieldsAt } from './render.ts';

/**
 * Whether an error at this path is one of what the client asked for. The planner asks for the entities of a field by one
 * fetch, whatever types they were reached through, and so for fields of some that are selected of others alone: what
 * fails of these is nobody's loss. What is fetched for other reasons, such as `@requires`, may be felt elsewhere.
 */
export const isFelt = (
  { output, selects }: Pick<Variant, 'output' | 'selects'>,
  root: Item,
  path: ResponsePath,
): boolean => !leadsBeside(output, root, path) || !selects(path);

/** Whether a path leads through objects that are there to a field which is not selected of their types. */
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
    // Of what is null somebody has to say why, and what comes later is told of with it.
    if (!fields || fields.deferred.length > 0) return false;
    const field: OutputField | undefined = fields.fields.find(({ name }) => name === element);
    if (!field) return true;
    value = (value as Item)[field.slot];
    at = field.output;
  }
  return false;
}
