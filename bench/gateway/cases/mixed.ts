import { apiSchemaOf } from '../../../platform/engine/src/compile/supergraph.ts';
import { createRandom } from '../../../platform/engine/testing/differential/random.ts';
import { randomOperation } from '../../../platform/engine/testing/differential/random-operation.ts';
import type { BenchOperation } from './case.ts';

const DIFFERENT = 400;
const NAMES = { aliases: [], variables: [], fragments: [], aliased: 0 };

/** Hundreds of different operations with variables, which nobody has tuned anything for. */
export function mixedOperation(supergraphSdl: string): BenchOperation {
  const schema = apiSchemaOf(supergraphSdl);
  const requests = Array.from({ length: DIFFERENT }, (_, seed) => {
    const { text, variables } = randomOperation(schema, createRandom(seed), NAMES);
    return { query: text, variables };
  });
  return { name: 'mixed', requests };
}
