import { propagation, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  carrierOf,
  childSpan,
  enterSpan,
  isTracing,
  SpanKind,
  traceAfter,
  traceIn,
  useTracer,
} from './tracing.ts';

const exporter = new InMemorySpanExporter();
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

beforeEach(() => {
  exporter.reset();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register({ contextManager: null });
  useTracer(trace.getTracer('test'));
});
afterEach(() => {
  useTracer(null);
  trace.disable();
  propagation.disable();
});

test('a span goes on with the trace that it was sent, and is linked to another that it has to do with', () => {
  const subscription = enterSpan('subscription', undefined, SpanKind.SERVER);
  subscription?.end();
  const recordedIn = traceAfter(TRACEPARENT);
  enterSpan(
    'complete event',
    recordedIn,
    SpanKind.CONSUMER,
    undefined,
    subscription?.context,
  )?.end();
  const [opened, completed] = exporter.getFinishedSpans();
  expect(completed?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  expect(completed?.links.map(({ context }) => context.spanId)).toEqual([
    opened?.spanContext().spanId,
  ]);
});

test('what says nothing of a trace begins one; what is not sampled is handed on and not recorded', () => {
  expect(traceIn({ host: 'shop.example', 'content-type': 'application/json' })).toBeUndefined();
  const notSampled = traceIn({ traceparent: TRACEPARENT.replace(/01$/, '00') });
  const span = enterSpan('POST /graphql', notSampled, SpanKind.SERVER);
  expect(span?.isRecording).toBe(false);
  span?.rename('query Orders');
  span?.set({ 'graphql.operation.type': 'query' });
  expect(childSpan('run', span?.context)).toBeNull();
  expect(carrierOf(span?.context)?.traceparent).toMatch(
    /^00-0af7651916cd43dd8448eb211c80319c-.*-00$/,
  );
  span?.end('FAILED');
  expect(exporter.getFinishedSpans()).toEqual([]);
});

test('without an SDK nothing is made', () => {
  useTracer(null);
  expect(isTracing()).toBe(false);
  expect(enterSpan('x', undefined, SpanKind.SERVER)).toBeNull();
  expect(traceIn({ traceparent: TRACEPARENT })).toBeUndefined();
});
