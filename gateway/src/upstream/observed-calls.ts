import type { AnswerReceiver, FetchRequest, SubgraphResponse } from '@souk/engine';
import { SubgraphFault } from '@souk/engine';
import {
  childSpan,
  type Durations,
  durationMetric,
  isMeasuring,
  isSampled,
  type OpenSpan,
  SpanKind,
} from '@souk/runtime/telemetry';
import type { GatewayContext } from './context.ts';
import type { HttpTransport } from './http/http-transport.ts';
import type { SubgraphCalls } from './subgraph-calls.ts';

type Request = FetchRequest<GatewayContext>;

const requestDuration = durationMetric({
  name: 'graphql_client_request_duration_seconds',
  help: 'Requests to subgraphs: ok, or the code of what went wrong on the way',
  labels: ['subgraph_name', 'outcome'],
});

/** By the outcome of a request, for each subgraph: kept, since they are looked up for every fetch. */
const durations = new Map<string, Map<string, Durations>>();

const durationsOf = (subgraph: string, outcome: string): Durations =>
  durations.get(subgraph)?.get(outcome) ?? firstDurations(subgraph, outcome);

function firstDurations(subgraph: string, outcome: string): Durations {
  const outcomes = durations.get(subgraph) ?? new Map<string, Durations>();
  const first = requestDuration.with({ subgraph_name: subgraph, outcome });
  durations.set(subgraph, outcomes.set(outcome, first));
  return first;
}

/** A request with its metrics and span; when neither is enabled it is sent without wrapping. */
class ObservedCall implements AnswerReceiver {
  readonly #subgraph: string;
  readonly #span: OpenSpan | null;
  readonly #receiver: AnswerReceiver | null;
  readonly #startedAt = performance.now();

  constructor(subgraph: string, span: OpenSpan | null, receiver: AnswerReceiver | null) {
    this.#subgraph = subgraph;
    this.#span = span;
    this.#receiver = receiver;
  }

  answered(response: SubgraphResponse): void {
    this.#end('ok');
    this.#receiver?.answered(response);
  }

  failed(error: unknown): void {
    this.#end(error instanceof SubgraphFault ? error.code : 'SUBGRAPH_ERROR');
    this.#receiver?.failed(error);
  }

  #end(outcome: string): void {
    this.#span?.end(outcome === 'ok' ? undefined : outcome);
    durationsOf(this.#subgraph, outcome).observe(performance.now() - this.#startedAt);
  }
}

const isObserved = ({ trace }: GatewayContext): boolean => isMeasuring() || isSampled(trace);

const spanOf = ({ subgraph, operationName, operationType, context }: Request) =>
  context.trace
    ? childSpan(`fetch ${subgraph}`, context.trace, SpanKind.CLIENT, {
        'souk.subgraph.name': subgraph,
        'graphql.operation.name': operationName,
        'graphql.operation.type': operationType,
      })
    : null;

/** The request as part of its span, which its subgraph's trace continues. */
const within = (request: Request, span: OpenSpan | null): Request =>
  span
    ? { ...request, context: { ...request.context, trace: span.context, traceLines: undefined } }
    : request;

export const observedSend =
  (send: HttpTransport['send']): HttpTransport['send'] =>
  (request, signal, receiver) => {
    if (!isObserved(request.context)) return send(request, signal, receiver);
    const span = spanOf(request);
    send(within(request, span), signal, new ObservedCall(request.subgraph, span, receiver));
  };

export const observedExecute =
  (execute: SubgraphCalls['execute']): SubgraphCalls['execute'] =>
  async (request, signal) => {
    if (!isObserved(request.context)) return execute(request, signal);
    const span = spanOf(request);
    const call = new ObservedCall(request.subgraph, span, null);
    try {
      const response = await execute(within(request, span), signal);
      call.answered(response);
      return response;
    } catch (error) {
      call.failed(error);
      throw error;
    }
  };
