import { planText } from '@souk/engine';
import { silentLogger } from '@souk/runtime/process';
import { type GraphQLError, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { createOperationGuard } from '../limits/guard.ts';
import { DEFAULT_ONLY_ONCE } from '../limits/limits.ts';
import { createGatewaySupergraph } from '../supergraph/gateway-supergraph.ts';
import type { Operation } from './operation.ts';
import { Refusal } from './refusal.ts';
import { createUnderstand } from './understand.ts';

/**
 * Describes how the gateway runs the operations of a document: what each may cost with these variables, what
 * is fetched from where, and which fetch waits for which. Throws with the reason if one of them would be
 * refused.
 */
export async function describeOperations(
  supergraphSdl: string,
  text: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<string> {
  const execute = () => Promise.reject(new Error('nothing is fetched for a plan'));
  const supergraph = createGatewaySupergraph(supergraphSdl, { transport: { execute } });
  const guard = createOperationGuard({ onlyOnce: DEFAULT_ONLY_ONCE, logger: silentLogger });
  const understand = createUnderstand({ supergraph: () => supergraph, guard });
  try {
    const described: string[] = [];
    for (const name of namesIn(text)) {
      const operation = understand(text, name);
      if (operation instanceof Refusal) throw problem(operation.errors);
      described.push(await describe(operation, variables, guard.limits.cost));
    }
    return described.join('\n\n');
  } finally {
    supergraph.engine.close();
  }
}

const namesIn = (text: string) =>
  parse(text)
    .definitions.filter(
      (definition): definition is OperationDefinitionNode =>
        definition.kind === Kind.OPERATION_DEFINITION,
    )
    .map(({ name }) => name?.value);

async function describe(
  { type, operationName, prepared, checkVariables }: Operation,
  variables: Readonly<Record<string, unknown>>,
  limit: number,
): Promise<string> {
  const { problems, cost } = checkVariables(variables);
  const failure = await prepared.planAhead();
  const outline = failure ? null : await prepared.outline();
  if (!outline) throw problem(failure?.errors ?? []);
  const head = [type, operationName].filter(Boolean).join(' ');
  const notes = problems.map(({ message }) => `\nRefused: ${message}`).join('');
  return `${head}, may cost ${cost} of ${limit}${notes}\n${planText(outline)}`;
}

const problem = (errors: readonly GraphQLError[]) =>
  new Error(errors.map(String).join('\n\n') || 'There is no plan.');
