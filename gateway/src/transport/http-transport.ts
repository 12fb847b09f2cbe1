import { INTERNAL_TOKEN_HEADER, type SignIdentity } from '@souk/runtime';
import { OperationTypeNode } from 'graphql';
import { Agent, type Dispatcher, request as send } from 'undici';
import { type GatewayContext, identityOf } from '../context.ts';
import { SubgraphFault, type SubgraphRequest, type SubgraphResponse } from '../execution/index.ts';
import {
  createResilience,
  DEFAULT_RESILIENCE,
  type Resilience,
  type ResilienceOptions,
} from './resilience.ts';

export interface HttpTransportOptions {
  urlOf(subgraph: string): string;
  /** Signs who asks for each request; without it none is sent (subgraphs of other houses). */
  sign?: SignIdentity;
  /** Milliseconds for a query, and for a mutation. */
  queryTimeoutMs?: number;
  mutationTimeoutMs?: number;
  /** Bytes of an answer; a larger one is an error before it fills the memory. */
  maxResponseBytes?: number;
  resilience?: Partial<ResilienceOptions>;
}

export interface HttpTransport {
  execute(
    request: SubgraphRequest<GatewayContext>,
    signal?: AbortSignal,
  ): Promise<SubgraphResponse>;
  close(): Promise<void>;
}

const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';

/** Sends requests to subgraphs over kept-alive connections. */
export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  const {
    urlOf,
    sign,
    queryTimeoutMs = 1_500,
    mutationTimeoutMs = 4_000,
    maxResponseBytes = 8 * 1_048_576,
  } = options;
  const limits = { ...DEFAULT_RESILIENCE, ...options.resilience };
  const agent = new Agent({
    connections: limits.concurrency,
    connect: { timeout: 500 },
    keepAliveTimeout: 30_000,
  });
  const bySubgraph = new Map<string, Resilience>();
  const resilienceOf = (name: string) => {
    const resilience = bySubgraph.get(name) ?? createResilience(limits);
    bySubgraph.set(name, resilience);
    return resilience;
  };

  const attempt = async (
    request: SubgraphRequest<GatewayContext>,
    signal: AbortSignal | undefined,
  ): Promise<SubgraphResponse> => {
    const { subgraph, bodyText, operationType, context } = request;
    const allowed =
      operationType === OperationTypeNode.MUTATION ? mutationTimeoutMs : queryTimeoutMs;
    const remaining = context.deadlineAt === undefined ? allowed : context.deadlineAt - Date.now();
    const milliseconds = Math.min(allowed, remaining);
    if (milliseconds <= 0) throw new SubgraphFault('SUBGRAPH_TIMEOUT', 'no time is left for it');
    const identity = identityOf(context);
    const token = await sign?.(identity, { audience: subgraph, body: bodyText, operationType });
    const late = AbortSignal.timeout(milliseconds);
    try {
      const response = await send(urlOf(subgraph), {
        method: 'POST',
        dispatcher: agent,
        signal: signal ? AbortSignal.any([late, signal]) : late,
        headers: {
          'content-type': 'application/json',
          accept: ACCEPT,
          'x-request-id': context.requestId,
          'x-deadline-ms': String(Math.round(milliseconds)),
          ...(token ? { [INTERNAL_TOKEN_HEADER]: token } : {}),
        },
        body: bodyText,
      });
      return { text: await graphqlTextOf(response, maxResponseBytes) };
    } catch (error) {
      if (error instanceof SubgraphFault) throw error;
      if (late.aborted)
        throw new SubgraphFault('SUBGRAPH_TIMEOUT', `no answer in ${milliseconds} ms`);
      if (signal?.aborted)
        throw new SubgraphFault('SUBGRAPH_TIMEOUT', 'nobody waits for it any more');
      throw new SubgraphFault('SUBGRAPH_UNAVAILABLE', 'it could not be reached', { cause: error });
    }
  };

  return {
    execute: (request, signal) => {
      const { operationType, context, subgraph } = request;
      const mayRepeat =
        operationType === OperationTypeNode.QUERY || context.idempotencyKey !== undefined;
      return resilienceOf(subgraph).run(() => attempt(request, signal), mayRepeat);
    },
    close: () => agent.close(),
  };
}

/** The body, when it can be a GraphQL response (the GraphQL-over-HTTP draft's rules). */
async function graphqlTextOf(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<string> {
  const type = String(headers['content-type'] ?? '')
    .split(';')[0]
    ?.trim()
    .toLowerCase();
  const wellFormed =
    type === 'application/graphql-response+json' ||
    (type === 'application/json' && statusCode < 500);
  if (!wellFormed) {
    body.on('error', () => {});
    body.destroy();
    const code = statusCode >= 500 ? 'SUBGRAPH_UNAVAILABLE' : 'SUBGRAPH_ERROR';
    throw new SubgraphFault(code, `it answered ${statusCode} ${type || 'without a content type'}`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes)
      throw new SubgraphFault('SUBGRAPH_ERROR', `its answer exceeds ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}
