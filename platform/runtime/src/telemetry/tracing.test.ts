import { propagation, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shareOfTraces } from './start-tracing.ts';
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

test('a span continues the trace that it was sent, and is linked to a related one', () => {
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

test('a request without a trace starts one; an unsampled trace is passed on and not recorded', () => {
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

test('of traces that begin here the tracer is asked for its share; the rest is handed on, each by an id of its own', () => {
  useTracer(trace.getTracer('test'), 0);
  const spans = [1, 2].map(() => enterSpan('POST /graphql', undefined, SpanKind.SERVER));
  const handedOn = spans.map((span) => carrierOf(span?.context)?.traceparent);
  for (const traceparent of handedOn)
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  expect(new Set(handedOn).size).toBe(2);
  for (const span of spans) {
    expect(span?.isRecording).toBe(false);
    expect(childSpan('run', span?.context)).toBeNull();
    // What another process makes of it, and what a part of this one does.
    const elsewhere = enterSpan(
      'subgraph',
      traceAfter(carrierOf(span?.context)?.traceparent),
      SpanKind.SERVER,
    );
    const here = enterSpan('complete event', span?.context, SpanKind.CONSUMER);
    for (const part of [elsewhere, here]) {
      expect(part?.isRecording).toBe(false);
      expect(carrierOf(part?.context)?.traceparent?.slice(0, 35)).toBe(
        carrierOf(span?.context)?.traceparent?.slice(0, 35),
      );
    }
  }
  enterSpan('POST /graphql', traceIn({ traceparent: TRACEPARENT }), SpanKind.SERVER)?.end();
  expect(exporter.getFinishedSpans()).toHaveLength(1);
});

test.each([
  [{}, 1],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' }, 0.01],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: 'many' }, 1],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 0],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' }, undefined],
])('the environment %j asks for a share of %j', (env, share) => {
  expect(shareOfTraces(env)).toBe(share);
});

test('without an SDK nothing is made', () => {
  useTracer(null);
  expect(isTracing()).toBe(false);
  expect(enterSpan('x', undefined, SpanKind.SERVER)).toBeNull();
  expect(traceIn({ traceparent: TRACEPARENT })).toBeUndefined();
});
