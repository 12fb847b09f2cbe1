import { apiSchemaOf } from '../../platform/engine/src/compile/supergraph.ts';
import { createRandom } from '../../platform/engine/testing/differential/random.ts';
import { randomOperation } from '../../platform/engine/testing/differential/random-operation.ts';

const NAMES = { aliases: [], variables: [], fragments: [], aliased: 0 };

export interface ColdOperation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Random operations, no two alike: each has a plan of its own. */
export function differentOperations(supergraphSdl: string, count: number): ColdOperation[] {
  const schema = apiSchemaOf(supergraphSdl);
  const found = new Map<string, ColdOperation>();
  for (let seed = 10_000; found.size < count; seed += 1) {
    const { text, variables } = randomOperation(schema, createRandom(seed), NAMES);
    found.set(text, { query: text, variables });
  }
  return [...found.values()];
}

/** One operation under many names and with many values written into its text, as by a client without variables. */
export const sameButForNames = (count: number): ColdOperation[] =>
  Array.from({ length: count }, (_, n) => ({
    query: `query Cold${n} { reader(id: "${1_001 + (n % 1_300)}") { cold${n}: id name opinions { id text } } }`,
  }));
