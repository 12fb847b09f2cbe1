import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import {
  createBoundedCache,
  keepNumbers,
  operationOf,
  type PreparedOperation,
  type Reply,
  type Variables,
} from '@souk/engine';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { refuseFields } from '../../access/refuse-fields.ts';
import type { GatewayContext } from '../../context.ts';
import type { OperationGuard } from '../../limits/guard.ts';
import type { PersistedOperations } from '../../limits/persisted/persisted-operations.ts';
import type { LoadedSupergraph } from '../../supergraph/loaded-supergraph.ts';
import { answerTypeFor } from './accepted-types.ts';
import { isNestedDeeperThan } from './json-depth.ts';
import { type GraphQLParameters, parametersOf } from './read-body.ts';

/**
 * A short way for operations that have gone the long way before. What depends on the operation alone
 * was decided then: it is well-formed, valid, within the limits of its shape, and nothing in it is
 * for some viewers only. What depends on the request (its variables and what they cost, who asks) is
 * decided here each time, by the same functions. Whatever is not plainly in order goes the long way,
 * which has the last word and all the error messages.
 */
export interface DirectLane {
  /** Whether the head of the request is of the plain kind that is answered here. */
  suits(request: IncomingMessage): boolean;
  /** The operation asked for, if it is one to be answered here. */
  find(body: Buffer): KnownRequest | undefined;
  answer(known: KnownRequest, context: GatewayContext, reply: Reply): void;
  /** To be told of each query or mutation that the long way has answered without complaint. */
  learn(parameters: GraphQLParameters, document: DocumentNode): Promise<void>;
}

export interface KnownRequest {
  readonly operation: KnownOperation;
  readonly variables: Variables;
  /** As the guard estimates it. */
  readonly cost: number;
  readonly parameters: GraphQLParameters;
}

interface KnownOperation {
  readonly supergraph: LoadedSupergraph;
  readonly prepared: PreparedOperation;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** Of the rules on what may run, when this was learnt. */
  readonly edition: unknown;
}

export interface DirectLaneOptions {
  readonly supergraph: () => LoadedSupergraph;
  readonly guard: OperationGuard;
  readonly limits: { readonly bodyBytes: number; readonly jsonDepth: number };
  readonly path: string;
}

/** As many as the long way lets through. */
const MAX_HEADERS = 100;
const MOST_OPERATIONS = 2_000;
/** Bodies up to this length are remembered whole, with their variables. */
const LONGEST_REMEMBERED_BODY = 8_192;

export function createDirectLane(options: DirectLaneOptions): DirectLane {
  const { supergraph, guard, limits, path } = options;
  const operations = createBoundedCache<string, KnownOperation>(MOST_OPERATIONS);
  const bodies = createBoundedCache<string, KnownRequest>(MOST_OPERATIONS);

  const keyOf = ({ query, operationName }: GraphQLParameters): string =>
    `${operationName ?? ''}\n${query}`;

  const isCurrent = (operation: KnownOperation): boolean =>
    operation.supergraph === supergraph() && operation.edition === guard.persisted.edition;

  const understand = (text: string): KnownRequest | undefined => {
    if (isNestedDeeperThan(text, limits.jsonDepth)) return undefined;
    const parameters = parametersOrNothing(text, guard.persisted);
    const operation = parameters && operations.get(keyOf(parameters));
    if (!operation || !isCurrent(operation)) return undefined;
    const { document, definition } = operation;
    const { variables } = parameters;
    const { engine, costs } = operation.supergraph;
    const request = { document, operation: definition, variables };
    const { problems, cost } = guard.judge(request, engine.apiSchema, costs);
    return problems.length > 0 ? undefined : { operation, variables, cost, parameters };
  };

  return {
    suits({ method, url, headers, rawHeaders }) {
      return (
        method === 'POST' &&
        url === path &&
        rawHeaders.length <= 2 * MAX_HEADERS &&
        headers['content-type'] === 'application/json' &&
        headers['content-encoding'] === undefined &&
        headers['x-graphql-cost'] === undefined &&
        Number(headers['content-length']) <= limits.bodyBytes &&
        answerTypeFor(headers.accept) !== null
      );
    },
    find(body) {
      if (!isUtf8(body)) return undefined;
      const text = body.toString('utf8');
      const before = bodies.get(text);
      const known = before && isCurrent(before.operation) ? before : understand(text);
      if (!known) return undefined;
      if (known !== before && text.length <= LONGEST_REMEMBERED_BODY) bodies.set(text, known);
      // It has proved to be in order, so a text that came with its id can be kept by it from now on.
      guard.persisted.accepted(known.parameters);
      return known;
    },
    answer({ operation, variables }, context, reply) {
      operation.supergraph.engine.answer(operation.prepared, variables, context, reply);
    },
    async learn(parameters, document) {
      const key = keyOf(parameters);
      const current = supergraph();
      const known = operations.get(key);
      if (known && isCurrent(known)) return;
      // The list of what may run may have changed since this was asked.
      if (guard.persisted.problemOf(parameters.query)) return;
      const { engine, access } = current;
      const definition = operationOf(document, parameters.operationName);
      // Nobody may read less than somebody who is not signed in.
      if (!definition) return;
      const { refused } = refuseFields(document, definition, engine.apiSchema, access, null);
      if (refused.length > 0) return;
      const prepared = await engine.prepare(parameters.query, parameters.operationName);
      if (prepared.kind === 'failed') return;
      const { edition } = guard.persisted;
      operations.set(key, { supergraph: current, prepared, document, definition, edition });
    },
  };
}

function parametersOrNothing(
  text: string,
  persisted: PersistedOperations,
): GraphQLParameters | undefined {
  try {
    return parametersOf(JSON.parse(text), persisted, (variables) =>
      keepNumbers(variables, text, ['variables']),
    );
  } catch {
    return undefined;
  }
}
