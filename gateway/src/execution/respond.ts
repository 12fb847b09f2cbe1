import { createBoundedCache } from './bounded-cache.ts';
import { requestError } from './errors.ts';
import { refused } from './executor.ts';
import type { Prepare } from './plan/prepare.ts';
import type {
  EngineOptions,
  HttpAnswer,
  PreparedOperation,
  RequestContext,
  Variables,
} from './types.ts';

/** A request body taken apart: which operation, with which variables. */
interface Understood {
  readonly prepared: PreparedOperation;
  readonly variables: Variables;
}

/** Bodies up to this length are remembered, so that repeated ones are not parsed again. */
const LONGEST_REMEMBERED_BODY = 8_192;

type Execute<Context extends RequestContext> = (
  prepared: PreparedOperation,
  variables: Variables,
  context: Context,
) => Promise<HttpAnswer>;

/** Answers GraphQL-over-HTTP request bodies without anything in between. */
export function createRespond<Context extends RequestContext>(
  prepare: Prepare,
  execute: Execute<Context>,
  options: EngineOptions<Context>,
): (requestBody: string, context: Context) => Promise<HttpAnswer> {
  const understood = createBoundedCache<string, Understood>(options.operationCacheSize ?? 1_000);

  const understand = (body: string): Understood | HttpAnswer => {
    const before = understood.get(body);
    if (before) return before;
    const request = parseBody(body);
    if ('status' in request) return request;
    const prepared = prepare(request.query, request.operationName);
    if (prepared.kind === 'failed') return refused(prepared.errors);
    const { variables } = request;
    const result: Understood = { prepared, variables };
    if (body.length <= LONGEST_REMEMBERED_BODY) understood.set(body, result);
    return result;
  };

  const run = (
    prepared: PreparedOperation,
    variables: Variables,
    context: Context,
  ): Promise<HttpAnswer> => {
    if (prepared.operationType === 'subscription') {
      const message = 'Subscriptions are not answered with a single response.';
      return Promise.resolve(refuse('BAD_REQUEST', message));
    }
    return execute(prepared, variables, context);
  };

  return async (requestBody, context) => {
    const request = understand(requestBody);
    if ('status' in request) return request;
    const { prepared, variables } = request;
    if (!options.admit) return run(prepared, variables, context);
    const admission = await options.admit(prepared, variables, context);
    if (admission.admitted) return run(admission.operation ?? prepared, variables, context);
    return refused(admission.errors, admission.status);
  };
}

interface RequestParts {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
}

function parseBody(text: string): RequestParts | HttpAnswer {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refuse('BAD_REQUEST', 'The request body is not valid JSON.');
  }
  if (!isObject(body)) return refuse('BAD_REQUEST', 'The request body must be a JSON object.');
  const { query, operationName, variables } = body;
  if (typeof query !== 'string' || query === '') {
    return refuse('BAD_REQUEST', 'The request body must have a "query".');
  }
  if (operationName != null && typeof operationName !== 'string') {
    return refuse('BAD_REQUEST', '"operationName" must be a string.');
  }
  if (variables != null && !isObject(variables)) {
    return refuse('BAD_REQUEST', '"variables" must be an object.');
  }
  return { query, operationName: operationName || undefined, variables: variables ?? {} };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const refuse = (code: string, message: string): HttpAnswer =>
  refused([requestError(code, message)]);
