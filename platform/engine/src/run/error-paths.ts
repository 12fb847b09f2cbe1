import type { PlanningNames } from '../compile/client-names.ts';
import type { CompiledFetch } from '../compile/compiled-fetch.ts';
import { type Item, ItemList, type Shape, type Slot } from '../compile/shape.ts';
import type { ResponsePath } from '../errors.ts';

/**
 * Every place of the response at which one of the wanted Items occurs. Only needed when something failed, so
 * the paths are searched for instead of being stored.
 */
export function locateItems(
  root: Item,
  shape: Shape,
  wanted: ReadonlySet<Item>,
  names: PlanningNames,
  limit: number,
): ResponsePath[] {
  const found: ResponsePath[] = [];
  const chain: Shape[] = [];
  for (let at: Shape | undefined = shape; at?.parent; at = at.parent) chain.unshift(at);
  const path: (string | number)[] = [];

  const visit = (value: Slot, depth: number): void => {
    if (found.length >= limit) return;
    if (value instanceof ItemList) {
      value.elements.forEach((element, index) => {
        path.push(index);
        visit(element, depth);
        path.pop();
      });
      return;
    }
    if (!Array.isArray(value)) return;
    const next = chain[depth];
    if (next === undefined) {
      if (wanted.has(value)) found.push([...path]);
      return;
    }
    path.push(names.clientName(next.name));
    visit(value[next.parent?.slots.get(next.name) as number], depth + 1);
    path.pop();
  };
  visit(root, 0);
  return found;
}

/** A path inside a subgraph's answer, in the names that the client chose. */
export function renamePath(
  path: ResponsePath,
  { renames, synthetic }: Pick<CompiledFetch, 'renames' | 'synthetic'>,
  names: PlanningNames,
): ResponsePath {
  let level = renames;
  return path.map((element) => {
    if (typeof element === 'number') return element;
    const rename = level?.get(element);
    level = rename?.below;
    const name = rename?.to ?? element;
    return synthetic.fields.get(name)?.fieldName ?? names.clientName(name);
  });
}
