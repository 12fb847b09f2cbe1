import type { GraphQLError } from 'graphql';
import { createBoundedCache } from './bounded-cache.ts';
import { requestError } from './errors.ts';
import { keepNumbers } from './exact-variables.ts';
import { type Executor, refuse } from './executor.ts';
import type { Prepare } from './plan/prepare.ts';
import type {
  Engine,
  EngineOptions,
  PreparationFailure,
  PreparedOperation,
  Reply,
  RequestContext,
  Variables,
} from './types.ts';

/** A request body taken apart: which operation, with which variables. */
interface Understood {
  readonly kind: 'understood';
  readonly prepared: PreparedOperation;
  readonly variables: Variables;
}

/** Bodies up to this length are remembered, so that repeated ones are not parsed again. */
const LONGEST_REMEMBERED_BODY = 8_192;

/** Answers GraphQL-over-HTTP request bodies without anything in between. */
export function createRespond<Context extends RequestContext>(
  prepare: Prepare,
  executor: Executor<Context>,
  options: EngineOptions<Context>,
): Engine<Context>['respond'] {
  const known = createBoundedCache<string, Understood>(options.operationCacheSize ?? 1_000);

  const understand = async (body: string): Promise<Understood | PreparationFailure> => {
    const request = parseBody(body);
    if (request.kind === 'failed') return request;
    const prepared = await prepare(request.query, request.operationName);
    if (prepared.kind === 'failed') return prepared;
    if (prepared.operationType === 'subscription') {
      return failure('Subscriptions are not answered with a single response.');
    }
    const result: Understood = { kind: 'understood', prepared, variables: request.variables };
    if (body.length <= LONGEST_REMEMBERED_BODY) known.set(body, result);
    return result;
  };

  const admit = async (
    { prepared, variables }: Understood,
    context: Context,
    reply: Reply,
  ): Promise<void> => {
    const admission = await options.admit?.(prepared, variables, context);
    if (admission && !admission.admitted) {
      refuse(reply, admission.errors, admission.status);
      return;
    }
    executor.execute(admission?.operation ?? prepared, variables, context, reply);
  };

  const run = (request: Understood | PreparationFailure, context: Context, reply: Reply): void => {
    if (request.kind === 'failed') {
      refuse(reply, request.errors);
    } else if (options.admit) {
      admit(request, context, reply).catch(failed(context, reply));
    } else {
      executor.execute(request.prepared, request.variables, context, reply);
    }
  };

  const failed = (context: Context, reply: Reply) => (error: unknown) => {
    options.onEngineFault?.(error, context);
    refuse(reply, [requestError('INTERNAL_SERVER_ERROR', 'Something went wrong.')], 500);
  };

  return (requestBody, context, reply) => {
    const before = known.get(requestBody);
    if (before) run(before, context, reply);
    else {
      understand(requestBody)
        .then((request) => run(request, context, reply))
        .catch(failed(context, reply));
    }
  };
}

interface RequestParts {
  readonly kind: 'request';
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
}

function parseBody(text: string): RequestParts | PreparationFailure {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return failure('The request body is not valid JSON.');
  }
  if (!isObject(body)) return failure('The request body must be a JSON object.');
  const { query, operationName, variables } = body;
  if (typeof query !== 'string' || query === '') {
    return failure('The request body must have a "query".');
  }
  if (operationName != null && typeof operationName !== 'string') {
    return failure('"operationName" must be a string.');
  }
  if (variables != null && !isObject(variables)) return failure('"variables" must be an object.');
  return {
    kind: 'request',
    query,
    operationName: operationName || undefined,
    variables: keepNumbers(variables ?? {}, text, ['variables']),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function failure(message: string): PreparationFailure {
  const errors: GraphQLError[] = [requestError('BAD_REQUEST', message)];
  return { kind: 'failed', errors };
}
