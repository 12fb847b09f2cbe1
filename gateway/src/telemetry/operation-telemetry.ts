import { type Logger, requestLines } from '@souk/runtime/process';
import type { OperationTypeNode } from 'graphql';
import type { Operation } from '../pipeline/operation.ts';

/** The ways by which clients come. */
export type ClientTransport = 'http' | 'sse' | 'multipart' | 'websocket';

/** What is known of an operation, however far it came. */
export interface OperationReport {
  readonly requestId: string;
  readonly transport: ClientTransport;
  /** Undefined where it was not understood. */
  readonly operation: Operation | undefined;
  /** Known of some that were not understood. */
  readonly type?: OperationTypeNode | undefined;
  readonly cost: number | undefined;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

export interface OperationAnswer extends OperationReport {
  /** The HTTP status; 499, which is nginx's, for a client that went before; none on a socket. */
  readonly status?: number | undefined;
  readonly codes: readonly string[];
}

/** Told what becomes of every operation, by whichever transport it came. */
export interface OperationTelemetry {
  /** A query or mutation was answered, or any operation refused. */
  answered(answer: OperationAnswer): void;
  /** A subscription runs. */
  subscribed(report: OperationReport): void;
  /** It is over: by itself, by its client, or for these reasons. */
  unsubscribed(report: OperationReport, events: number, codes: readonly string[]): void;
}

/** Characters of a name in a line: it is the client's. */
const LONGEST_NAME = 100;

export function createOperationTelemetry({ logger }: { logger: Logger }): OperationTelemetry {
  const lines = requestLines(logger);
  return {
    answered: (answer) => {
      if (!logger.isLevelEnabled('info')) return;
      const { status, codes } = answer;
      lines.info({ ...fieldsOf(answer), status, ...(codes.length > 0 && { codes }) }, 'request');
    },
    subscribed: (report) => {
      if (logger.isLevelEnabled('info')) lines.info(fieldsOf(report), 'subscription begins');
    },
    unsubscribed: (report, events, codes) => {
      if (!logger.isLevelEnabled('info')) return;
      const why = codes.length > 0 && { codes };
      lines.info({ ...fieldsOf(report), events, ...why }, 'subscription ends');
    },
  };
}

const fieldsOf = ({ requestId, transport, operation, type, cost, startedAt }: OperationReport) => ({
  requestId,
  operation: operation?.definition.name?.value.slice(0, LONGEST_NAME),
  kind: operation?.type ?? type,
  cost,
  ms: Math.round((performance.now() - startedAt) * 10) / 10,
  transport,
});
