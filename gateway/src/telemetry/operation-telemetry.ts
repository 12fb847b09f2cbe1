import { type LineFields, LONGEST_NAME, type Logger, RequestLines } from '@souk/runtime/process';
import {
  boundedNames,
  countMetric,
  type Durations,
  durationMetric,
  isMeasuring,
  stateMetric,
} from '@souk/runtime/telemetry';
import type { OperationTypeNode } from 'graphql';
import type { Operation } from '../pipeline/operation.ts';

/** The transports of clients; `apollo` is an Apollo Server in front, whatever its clients use. */
export type ClientTransport = 'http' | 'sse' | 'multipart' | 'websocket' | 'apollo';

/** The status, in logs and metrics only, of a request whose client has left; the number is nginx's. */
export const CLIENT_LEFT = 499;

/** What is known of an operation, however far it came. */
export interface OperationReport {
  readonly requestId: string;
  readonly transport: ClientTransport;
  /** Undefined when it was not understood. */
  readonly operation: Operation | undefined;
  /** Also known for some operations that were not understood. */
  readonly type?: OperationTypeNode | undefined;
  readonly cost: number | undefined;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

export interface OperationAnswer extends OperationReport {
  /** The HTTP status, or `CLIENT_LEFT`; undefined for an operation that was refused on a socket. */
  readonly status?: number | undefined;
  readonly codes: readonly string[];
}

export interface SubscriptionReport extends OperationReport {
  readonly transport: 'sse' | 'multipart' | 'websocket';
}

/** Records the outcome of every operation, on every transport. */
export interface OperationTelemetry {
  /** A query or mutation was answered, or any operation was refused. */
  answered(answer: OperationAnswer): void;
  /** A subscription has begun. */
  subscribed(report: SubscriptionReport): void;
  /** It has ended: by itself, by its client, or for these reasons. */
  unsubscribed(report: SubscriptionReport, events: number, codes: readonly string[]): void;
  close(): void;
}

const operationDuration = durationMetric({
  name: 'graphql_server_request_duration_seconds',
  help: 'Queries and mutations answered, and operations refused, by the name of the operation',
  labels: ['graphql_operation_name', 'graphql_operation_type', 'outcome'],
});
const operationErrors = countMetric({
  name: 'graphql_server_request_errors_total',
  help: 'Answers with an error, once for each code in them',
  labels: ['error_type'],
});
const subscriptionsOpen = stateMetric({
  name: 'graphql_subscriptions_active',
  help: 'Subscriptions that run',
  labels: ['graphql_transport'],
});

/**
 * How many different operation names get metrics of their own. Clients choose the names: those of a manifest
 * always get their own, of all others only this many do.
 */
const MOST_NAMES = 200;
const MOST_CODES = 100;

const UNNAMED = 'unnamed';

type ByOutcome = Readonly<Record<'ok' | 'error', Durations>>;

function byOutcome(name: string, type: string): ByOutcome {
  const labels = { graphql_operation_name: name, graphql_operation_type: type };
  return {
    ok: operationDuration.with({ ...labels, outcome: 'ok' }),
    error: operationDuration.with({ ...labels, outcome: 'error' }),
  };
}

export interface OperationTelemetryOptions {
  readonly logger: Logger;
  /** Whether an operation is one of the manifest's. */
  readonly isListed: (text: string) => boolean;
}

export function createOperationTelemetry({
  logger,
  isListed,
}: OperationTelemetryOptions): OperationTelemetry {
  const lines = new RequestLines(logger);
  const boundedName = boundedNames(MOST_NAMES);
  const boundedCode = boundedNames(MOST_CODES);
  const open = { sse: 0, multipart: 0, websocket: 0 };
  const stopReporting = subscriptionsOpen.readFrom((say) => {
    for (const [transport, count] of Object.entries(open)) {
      say(count, { graphql_transport: transport });
    }
  });
  const nameOf = ({ definition, text }: Operation): string => {
    const name = definition.name?.value;
    if (name === undefined) return UNNAMED;
    return isListed(text) ? name : boundedName(name);
  };
  /** For operations that are kept anyway, so that their labels need not be looked up again. */
  const known = new WeakMap<Operation, ByOutcome>();
  const durationsOf = (operation: Operation): ByOutcome => {
    const kept = known.get(operation);
    if (kept) return kept;
    const first = byOutcome(nameOf(operation), operation.type);
    known.set(operation, first);
    return first;
  };
  const measure = ({ operation, type, startedAt, codes }: OperationAnswer) => {
    if (!isMeasuring()) return;
    for (const code of codes) operationErrors.add({ error_type: boundedCode(code) });
    const outcome = codes.length > 0 ? 'error' : 'ok';
    const took = performance.now() - startedAt;
    if (operation) durationsOf(operation)[outcome].observe(took);
    else byOutcome(UNNAMED, type ?? 'unknown')[outcome].observe(took);
  };
  return {
    close: stopReporting,
    answered: (answer) => {
      measure(answer);
      if (!lines.isOn) return;
      lines.info(fieldsOf(answer, answer.codes, answer.status), 'request');
    },
    subscribed: (report) => {
      open[report.transport] += 1;
      if (lines.isOn) lines.info(fieldsOf(report, []), 'subscription begins');
    },
    unsubscribed: (report, events, codes) => {
      open[report.transport] -= 1;
      if (!lines.isOn) return;
      lines.info({ ...fieldsOf(report, codes), events }, 'subscription ends');
    },
  };
}

/** Built as one object literal per request, without copying another object. */
const fieldsOf = (
  { requestId, transport, operation, type, cost, startedAt }: OperationReport,
  codes: readonly string[],
  status?: number,
): LineFields => ({
  requestId,
  transport,
  operation: operation?.definition.name?.value.slice(0, LONGEST_NAME),
  kind: operation?.type ?? type,
  cost,
  ms: Math.round((performance.now() - startedAt) * 10) / 10,
  status,
  codes: codes.length > 0 ? codes : undefined,
});
