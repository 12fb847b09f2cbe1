import {
  type AnswerReceiver,
  type FetchRequest,
  SubgraphFault,
  type SubgraphResponse,
} from '@souk/engine';
import { INTERNAL_TOKEN_HEADER, type SignIdentity } from '@souk/runtime/identity';
import { stateMetric } from '@souk/runtime/telemetry';
import { OperationTypeNode } from 'graphql';
import { type GatewayContext, identityOf, oneLine, traceLines } from '../context.ts';
import { createGeneralClient } from './client/general-client.ts';
import { createHttpClient, type HttpClient, type RequestFailure } from './client/http-client.ts';
import { type HttpResponse, UnusableResponse } from './client/response-reader.ts';
import { happensOnce } from './repeatable-mutations.ts';
import { createResetStreak, pauseBeforeRepeat, type ResetStreak } from './repeats.ts';
import {
  type Breaker,
  type BreakerChange,
  createBreaker,
  createRetryBudget,
  DEFAULT_RESILIENCE,
  type ResilienceOptions,
  type RetryBudget,
} from './resilience.ts';

export interface HttpTransportOptions {
  urlOf(subgraph: string): string;
  /** Signs the viewer's identity for each request; without it none is sent (foreign subgraphs). */
  sign?: SignIdentity;
  /** Milliseconds for a query, and for a mutation. */
  queryTimeoutMs?: number;
  mutationTimeoutMs?: number;
  /** Bytes of an answer; a larger one is an error before it fills the memory. */
  maxResponseBytes?: number;
  resilience?: Partial<ResilienceOptions>;
  /** Called when requests to a failing subgraph are stopped, and when they are resumed. */
  onBreaker?: (subgraph: string, change: BreakerChange) => void;
}

/**
 * Not even sent, because its subgraph has failed too often; not reported again after the breaker has opened.
 */
export class BreakerOpen extends SubgraphFault {
  constructor() {
    super('SUBGRAPH_UNAVAILABLE', 'its circuit breaker is open');
  }
}

type Request = FetchRequest<GatewayContext>;

export interface HttpTransport {
  send(request: Request, signal: AbortSignal | undefined, receiver: AnswerReceiver): void;
  execute(request: Request, signal?: AbortSignal): Promise<SubgraphResponse>;
  close(): Promise<void>;
}

/** A subgraph at one address, with what has been learnt about it. */
interface Endpoint {
  readonly url: string;
  readonly path: string;
  readonly client: HttpClient;
  readonly breaker: Breaker;
  readonly retries: RetryBudget;
  readonly resets: ResetStreak;
  /** False once a bound token came by another connection there: something between shares connections out. */
  bindsTokens: boolean;
}

const breakerState = stateMetric({
  name: 'souk_subgraph_breaker_open',
  help: '1 while a subgraph is left alone for failing',
  labels: ['subgraph_name'],
});

const CONNECT_TIMEOUT_MS = 500;
/** Came by a connection to which its token is not bound (RFC 9110, section 15.5.20). */
const MISDIRECTED = 421;
/** How many milliseconds beyond a request's timeout an address that was left is still used. */
const RETIRED_MS = 1_000;
const HEAD_LINES =
  'content-type: application/json\r\n' +
  'accept: application/graphql-response+json, application/json;q=0.9\r\n';

/** Sends requests to subgraphs over kept-alive connections. */
export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  const {
    urlOf,
    sign,
    onBreaker,
    queryTimeoutMs = 1_500,
    mutationTimeoutMs = 4_000,
    maxResponseBytes = 8 * 1_048_576,
  } = options;
  const limits = { ...DEFAULT_RESILIENCE, ...options.resilience };
  const endpoints = new Map<string, Endpoint>();
  const stopReporting = breakerState.readFrom((say) => {
    for (const [subgraph, { breaker }] of endpoints) {
      say(breaker.isOpen ? 1 : 0, { subgraph_name: subgraph });
    }
  });
  /** Subgraphs that have moved: requests under way are answered at the old address. */
  const retired = new Set<HttpClient>();

  const endpointOf = (subgraph: string): Endpoint => {
    const url = urlOf(subgraph);
    const known = endpoints.get(subgraph);
    if (known?.url === url) return known;
    if (known) retire(known.client);
    const origin = new URL(url);
    const createClient = origin.protocol === 'https:' ? createGeneralClient : createHttpClient;
    const endpoint: Endpoint = {
      url,
      path: origin.pathname + origin.search,
      client: createClient({
        origin,
        connections: limits.concurrency,
        queue: limits.queue,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
        maxResponseBytes,
      }),
      breaker: createBreaker(limits, undefined, (change) => onBreaker?.(subgraph, change)),
      retries: createRetryBudget(limits.retryBudget),
      resets: createResetStreak(limits.resetsAreBriefForMs, limits.breakerWindowMs),
      bindsTokens: true,
    };
    endpoints.set(subgraph, endpoint);
    return endpoint;
  };

  const retire = (client: HttpClient): void => {
    retired.add(client);
    const end = () => {
      if (retired.delete(client)) client.close();
    };
    setTimeout(end, Math.max(queryTimeoutMs, mutationTimeoutMs) + RETIRED_MS).unref();
  };

  const timeFor = ({ operationType, context }: Request): number => {
    const allowed =
      operationType === OperationTypeNode.MUTATION ? mutationTimeoutMs : queryTimeoutMs;
    const { deadlineAt } = context;
    return deadlineAt === undefined ? allowed : Math.min(allowed, deadlineAt - Date.now());
  };

  const attempt = (call: HttpCall): void => {
    const { request, endpoint } = call;
    const milliseconds = timeFor(request);
    if (milliseconds <= 0) {
      call.receiver.failed(new SubgraphFault('SUBGRAPH_TIMEOUT', 'no time is left for it'));
    } else if (!endpoint.breaker.allows()) {
      call.receiver.failed(new BreakerOpen());
    } else {
      post(call, milliseconds);
    }
  };

  /** The header line with the viewer's signed identity, a mutation's for one connection alone. */
  const tokenLineOf = (call: HttpCall, connectionName: string): string => {
    const { subgraph, bodyText, operationType, context } = call.request;
    call.isBound = connectionName !== '' && !isQuery(call.request) && call.endpoint.bindsTokens;
    const purpose = { audience: subgraph, body: bodyText, operationType };
    const bound = call.isBound ? { ...purpose, connection: connectionName } : purpose;
    return sign ? `${INTERNAL_TOKEN_HEADER}: ${sign(identityOf(context), bound)}\r\n` : '';
  };

  const post = (call: HttpCall, milliseconds: number): void => {
    const { request, endpoint, signal } = call;
    endpoint.client.post(
      {
        path: endpoint.path,
        headLinesOn: (connectionName) =>
          `${HEAD_LINES}x-request-id: ${oneLine(request.context.requestId)}\r\nx-deadline-ms: ${Math.round(milliseconds)}\r\n${tokenLineOf(call, connectionName)}${traceLines(request.context)}`,
        body: request.bodyText,
        deadline: performance.now() + milliseconds,
        signal,
        // A mutation is signed again for each attempt, since its subgraph accepts each token once.
        repeatable: isQuery(request),
      },
      {
        answered: (response) => {
          endpoint.resets.answered();
          if (response.head.status === MISDIRECTED && call.isBound) {
            // The subgraph has refused it unread, and is well: as a probe of the breaker that counts.
            endpoint.bindsTokens = false;
            endpoint.breaker.succeeded();
            attempt(call);
            return;
          }
          const fault = faultOf(response);
          if (fault) settle(call, fault);
          else {
            endpoint.breaker.succeeded();
            const { body, hasNoControls = false } = response;
            call.receiver.answered({ text: body, hasNoControls });
          }
        },
        failed: (failure, error) => settle(call, faultFrom(failure, error), failure),
      },
    );
  };

  /** The attempt failed: tries again, if that may help and does no harm, or reports the error. */
  const settle = (call: HttpCall, fault: SubgraphFault, failure?: RequestFailure): void => {
    const { breaker, retries, resets } = call.endpoint;
    if (failure === 'stale' && !call.isRenewed && mayRepeat(call.request)) {
      // This is not a fault of the subgraph, and no load on it: it has not answered this attempt.
      call.isRenewed = true;
      attempt(call);
      return;
    }
    const isTheirs = failure !== 'aborted' && failure !== 'refused';
    const wasReset = (failure === 'reset' || failure === 'stale') && resets.isBrief();
    if (isTheirs && !wasReset && fault.code !== 'SUBGRAPH_ERROR') breaker.failed();
    const mayHelp = isTheirs && fault.code === 'SUBGRAPH_UNAVAILABLE' && mayRepeat(call.request);
    const pause = mayHelp ? pauseBeforeRepeat(call.repeats, wasReset) : undefined;
    if (pause === undefined || pause >= timeFor(call.request) || !retries.spend()) {
      call.receiver.failed(fault);
      return;
    }
    call.repeats += 1;
    setTimeout(() => attempt(call), pause);
  };

  const send: HttpTransport['send'] = (request, signal, receiver) => {
    let endpoint: Endpoint;
    try {
      endpoint = endpointOf(request.subgraph);
    } catch (cause) {
      receiver.failed(new SubgraphFault('SUBGRAPH_UNAVAILABLE', 'it has no address', { cause }));
      return;
    }
    endpoint.retries.earn();
    attempt({ request, signal, receiver, endpoint, isRenewed: false, repeats: 0, isBound: false });
  };

  return {
    send,
    execute: (request, signal) =>
      new Promise((resolve, reject) => {
        send(request, signal, { answered: resolve, failed: reject });
      }),
    close: async () => {
      stopReporting();
      for (const { client } of endpoints.values()) client.close();
      for (const client of retired) client.close();
      retired.clear();
    },
  };
}

/** One request with its attempts. */
interface HttpCall {
  readonly request: Request;
  readonly signal: AbortSignal | undefined;
  readonly receiver: AnswerReceiver;
  readonly endpoint: Endpoint;
  /** Sent again because its connection turned out to be dead. */
  isRenewed: boolean;
  /** How often it was sent again because the subgraph was not available, or its connection was reset. */
  repeats: number;
  /** Its token can be used by its connection alone. */
  isBound: boolean;
}

const isQuery = ({ operationType }: Request): boolean => operationType === OperationTypeNode.QUERY;

/** Computed only when an attempt has failed: most requests never need it. */
const mayRepeat = (request: Request): boolean => isQuery(request) || happensOnce(request);

/** Undefined when the body can be a GraphQL response (the rules of the GraphQL-over-HTTP draft). */
function faultOf({ head: { status, contentType } }: HttpResponse): SubgraphFault | undefined {
  const wellFormed =
    contentType === 'application/graphql-response+json' ||
    (contentType === 'application/json' && status < 500);
  if (wellFormed) return undefined;
  const code = status >= 500 ? 'SUBGRAPH_UNAVAILABLE' : 'SUBGRAPH_ERROR';
  return new SubgraphFault(
    code,
    `it answered ${status} ${contentType || 'without a content type'}`,
  );
}

function faultFrom(failure: RequestFailure, cause: Error): SubgraphFault {
  if (cause instanceof UnusableResponse) {
    return new SubgraphFault('SUBGRAPH_ERROR', cause.message, { cause });
  }
  if (failure === 'late' || failure === 'aborted') {
    return new SubgraphFault('SUBGRAPH_TIMEOUT', cause.message, { cause });
  }
  return new SubgraphFault('SUBGRAPH_UNAVAILABLE', cause.message, { cause });
}
