/** What is recorded about running work: the request it belongs to, metrics and traces. */

export {
  boundedNames,
  type CountMetric,
  countMetric,
  type DurationMetric,
  type Durations,
  durationMetric,
  isMeasuring,
  metricsText,
  startMeasuring,
  stateMetric,
  type Tally,
  tallyMetric,
} from './metrics.ts';
export { asksForTraces, startTracing } from './start-tracing.ts';
export {
  type Attributes,
  type Context,
  carrierOf,
  childSpan,
  endingWith,
  enterSpan,
  inSpan,
  isSampled,
  isTracing,
  type OpenSpan,
  SpanKind,
  type TraceCarrier,
  traceAfter,
  traceIn,
  traceparentOf,
} from './tracing.ts';
export { currentWork, inWorkContext, type WorkContext } from './work-context.ts';
