import type pg from 'pg';
import { childSpan, isTracing, type OpenSpan, SpanKind } from '../telemetry/tracing.ts';
import { currentWork } from '../telemetry/work-context.ts';

export type Query = (...given: unknown[]) => unknown;
type Callback = (error: Error | null, result: unknown) => void;

/** Sends a statement as a span of the work that sends it. Values are never told, only texts. */
export function tracedQuery(client: pg.Client, send: Query, given: unknown[]): unknown {
  const span = isTracing() ? statementSpan(given[0], client.database) : null;
  return span ? sentIn(span, send, client, given) : send.apply(client, given);
}

function statementSpan(statement: unknown, database: string | undefined): OpenSpan | null {
  const { trace } = currentWork();
  if (!trace) return null;
  const text =
    typeof statement === 'string' ? statement : (statement as { text?: unknown } | null)?.text;
  if (typeof text !== 'string') return null;
  const operation = /^\W*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
  return childSpan(operation, trace, SpanKind.CLIENT, {
    'db.system.name': 'postgresql',
    'db.namespace': database,
    'db.operation.name': operation,
    'db.query.text': text.slice(0, LONGEST_TEXT),
  });
}

/** Characters of a statement: they have parameters for values, so that most are short. */
const LONGEST_TEXT = 2_000;

function sentIn(span: OpenSpan, send: Query, client: pg.Client, given: unknown[]): unknown {
  const callback = given.at(-1);
  if (typeof callback === 'function') {
    const ended: Callback = (error, result) => {
      span.end(error ?? undefined);
      (callback as Callback)(error, result);
    };
    return send.apply(client, [...given.slice(0, -1), ended]);
  }
  const sent = send.apply(client, given);
  if (sent instanceof Promise) {
    sent.then(
      () => span.end(),
      (error) => span.end(error),
    );
  } else span.end();
  return sent;
}
