import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { clientData } from './client-data.ts';

/** A position in a response. */
export type ResponsePath = readonly (string | number)[];

export const isPrefix = (start: ResponsePath, path: ResponsePath): boolean =>
  start.length <= path.length && start.every((element, index) => element === path[index]);

export type SubgraphFaultCode = 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_TIMEOUT' | 'SUBGRAPH_ERROR';

/** A request to a subgraph that yielded no GraphQL response. Its message is only logged. */
export class SubgraphFault extends Error {
  readonly code: SubgraphFaultCode;
  constructor(code: SubgraphFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SubgraphFault';
    this.code = code;
  }
}

const PUBLIC_MESSAGES: Readonly<Record<SubgraphFaultCode, string>> = {
  SUBGRAPH_UNAVAILABLE: 'This part of the graph is not available at the moment.',
  SUBGRAPH_TIMEOUT: 'This part of the graph took too long to answer.',
  SUBGRAPH_ERROR: 'This part of the graph could not answer.',
};

export const faultCode = (error: unknown): SubgraphFaultCode =>
  error instanceof SubgraphFault ? error.code : 'SUBGRAPH_ERROR';

export function faultError(
  code: SubgraphFaultCode,
  path: ResponsePath | undefined,
): GraphQLFormattedError {
  return { message: PUBLIC_MESSAGES[code], ...(path && { path }), extensions: { code } };
}

export interface ErrorExposure {
  readonly mask: boolean;
  readonly isExposed: (code: string) => boolean;
  readonly requestId: string;
}

/**
 * What a client may see of a subgraph's error: its message, its code and its data if the code is exposed to
 * clients; otherwise only that something failed, with the request id to quote.
 */
export function clientError(
  error: GraphQLFormattedError,
  path: ResponsePath | undefined,
  exposure: ErrorExposure,
): GraphQLFormattedError {
  const code = error.extensions?.code;
  const located = path && { path };
  if (typeof code === 'string' && exposure.isExposed(code)) {
    const extensions = { code, ...clientData(error.extensions) };
    return { message: String(error.message), ...located, extensions };
  }
  if (!exposure.mask) {
    return {
      message: String(error.message),
      ...located,
      extensions: { ...error.extensions, code: code ?? 'SUBGRAPH_ERROR' },
    };
  }
  return {
    message: PUBLIC_MESSAGES.SUBGRAPH_ERROR,
    ...located,
    extensions: { code: 'SUBGRAPH_ERROR', requestId: exposure.requestId },
  };
}

/** What a client is shown of an error that came without an answer, such as a refused subscription. */
export function refusalFrom(error: GraphQLFormattedError, requestId: string): GraphQLError {
  const exposure = { mask: true, isExposed: isExposedByDefault, requestId };
  const { message, extensions } = clientError(error, undefined, exposure);
  return new GraphQLError(message, { extensions });
}

/** Codes of mistakes between gateway and subgraph, for which the client is not responsible. */
const INTERNAL_CODES = new Set([
  'INTERNAL_SERVER_ERROR',
  'DOWNSTREAM_SERVICE_ERROR',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

export const isExposedByDefault = (code: string): boolean =>
  /^[A-Z][A-Z0-9_]{0,63}$/.test(code) && !INTERNAL_CODES.has(code);

/** An error of the request itself, before anything was executed. */
export const requestError = (code: string, message: string, cause?: GraphQLError): GraphQLError =>
  new GraphQLError(message, {
    nodes: cause?.nodes,
    source: cause?.source,
    positions: cause?.positions,
    extensions: { ...cause?.extensions, code },
  });

/**
 * Removes the names that graphql-js suggests at the end of a message about an unknown one: where the schema
 * is not shown, its names must not be shown either.
 */
export function withoutSuggestion(error: GraphQLError): GraphQLError {
  const message = error.message.replace(/ ?Did you mean.+?\?$/s, '');
  if (message === error.message) return error;
  const { nodes, source, positions, path, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}
