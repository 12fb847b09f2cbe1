import { type DocumentNode, type FieldNode, visit } from 'graphql';

/** The name of a field in the response. */
export const responseName = (field: FieldNode): string => (field.alias ?? field.name).value;

/** The names that a client already uses, so that none of ours can be mistaken for one of them. */
export interface UsedNames {
  /** Response names, and the names of the fields behind them. */
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

/** The first candidate, counting from `first`, that is not taken; it then becomes taken. */
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
