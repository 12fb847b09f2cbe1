import type { IncomingMessage } from 'node:http';
import {
  childSpan,
  enterSpan,
  isTracing,
  type OpenSpan,
  SpanKind,
  traceIn,
} from '@souk/runtime/telemetry';
import type { OperationTypeNode } from 'graphql';
import type { Operation } from '../../pipeline/operation.ts';
import type { ClientTransport, OperationTelemetry } from '../../telemetry/operation-telemetry.ts';
import type { Exchange } from './exchange.ts';

/** What logs, metrics and traces say about one request. */
export class RequestRecord {
  readonly requestId: string;
  readonly startedAt = performance.now();
  /** Set once the operation has been understood. */
  operation: Operation | undefined;
  /** Also known for some operations that could not be understood. */
  type: OperationTypeNode | undefined;
  cost: number | undefined;
  readonly #telemetry: OperationTelemetry;
  /** Null when no trace is kept; the same goes for the spans of steps. */
  #span: OpenSpan | null = null;
  #step: OpenSpan | null = null;

  constructor(requestId: string, telemetry: OperationTelemetry) {
    this.requestId = requestId;
    this.#telemetry = telemetry;
  }

  /** Begins the request's span, which continues the client's trace if it sends one. */
  begin({ method, headers }: IncomingMessage): void {
    if (!isTracing()) return;
    this.#span = enterSpan(`${method} /graphql`, traceIn(headers), SpanKind.SERVER, {
      'http.request.method': method,
      'http.route': '/graphql',
    });
  }

  get trace(): Exchange['trace'] {
    return this.#span?.context;
  }

  /** The trace of the current step. */
  get stepTrace(): Exchange['trace'] {
    return (this.#step ?? this.#span)?.context;
  }

  /** Ends the span of the previous step and begins the next. */
  enter(step: string | null): void {
    this.#step?.end();
    this.#step = step === null ? null : childSpan(step, this.#span?.context);
  }

  answered(status: number, codes: readonly string[], transport: ClientTransport): void {
    this.endSpan(status, codes);
    this.#telemetry.answered({
      requestId: this.requestId,
      transport,
      operation: this.operation,
      type: this.type,
      cost: this.cost,
      startedAt: this.startedAt,
      status,
      codes,
    });
  }

  endSpan(status: number, codes: readonly string[]): void {
    const span = this.#span;
    if (!span) return;
    this.enter(null);
    this.#span = null;
    if (!span.isRecording) return;
    const operation = this.operation;
    if (operation)
      span.rename(`${operation.type} ${operation.definition.name?.value ?? ''}`.trim());
    span.set({
      'http.response.status_code': status,
      'graphql.operation.type': operation?.type,
      'graphql.operation.name': operation?.definition.name?.value,
      'souk.request.id': this.requestId,
    });
    span.end(codes[0]);
  }
}
