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

/** What log, metrics and traces say of one request. */
export class RequestRecord {
  readonly requestId: string;
  readonly startedAt = performance.now();
  /** Of what was understood. */
  operation: Operation | undefined;
  /** Known of some that were not understood. */
  type: OperationTypeNode | undefined;
  cost: number | undefined;
  readonly #telemetry: OperationTelemetry;
  /** Null where no trace is kept, as are those of the steps. */
  #span: OpenSpan | null = null;
  #step: OpenSpan | null = null;

  constructor(requestId: string, telemetry: OperationTelemetry) {
    this.requestId = requestId;
    this.#telemetry = telemetry;
  }

  /** Begins its span, which goes on with the client's trace where it sends one. */
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

  /** The trace of the step that runs. */
  get stepTrace(): Exchange['trace'] {
    return (this.#step ?? this.#span)?.context;
  }

  /** Ends the step before, and begins the span of the next. */
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
