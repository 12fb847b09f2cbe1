import type { FetchDataRewrite } from '@apollo/query-planner';

/**
 * When a fetch had to request a field under an alias made by the planner (because two types of a subgraph
 * define it differently): the name under which the client knows it.
 */
export type Renames = Map<string, Rename>;
export interface Rename {
  to: string | undefined;
  below: Renames | undefined;
}

const isTypeCondition = (element: string): boolean => element.startsWith('... on ');

/**
 * The planner numbers its aliases, so a key means one field whatever the type around it. Therefore type
 * conditions in the paths can be ignored.
 */
export function compileRenames(
  rewrites: readonly FetchDataRewrite[] | undefined,
): Renames | undefined {
  let renames: Renames | undefined;
  for (const rewrite of rewrites ?? []) {
    if (rewrite.kind !== 'KeyRenamer') continue;
    renames ??= new Map();
    const keys = rewrite.path.filter((element) => !isTypeCondition(element));
    let level = renames;
    keys.forEach((key, index) => {
      let rename = level.get(key);
      if (!rename) {
        rename = { to: undefined, below: undefined };
        level.set(key, rename);
      }
      if (index === keys.length - 1) {
        rename.to = rewrite.renameKeyTo;
      } else {
        rename.below ??= new Map();
        level = rename.below;
      }
    });
  }
  return renames;
}
