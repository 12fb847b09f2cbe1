import { type DocumentNode, type FieldNode, visit } from 'graphql';

/** The name under which a field stands in the response. */
export const responseName = (field: FieldNode): string => (field.alias ?? field.name).value;

/** The names that a client has used already, so that none of ours is mistaken for one of them. */
export interface UsedNames {
  /** Response names, and names of the fields behind them. */
  readonly fields: Set<string>;
  readonly variables: Set<string>;
}

export function namesIn(document: DocumentNode): UsedNames {
  const fields = new Set<string>();
  const variables = new Set<string>();
  visit(document, {
    Field: (field) => void fields.add(responseName(field)).add(field.name.value),
    Variable: ({ name }) => void variables.add(name.value),
  });
  return { fields, variables };
}

/** The first candidate, counted from `first`, that is not taken; from now on it is. */
export function freeName(
  candidate: (number: number) => string,
  taken: Set<string>,
  first = 0,
): string {
  for (let number = first; ; number += 1) {
    const name = candidate(number);
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
