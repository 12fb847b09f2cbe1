import {
  type Attributes,
  type Context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { UnsampledSpan, UnsampledTrace } from './unsampled-trace.ts';
import { currentWork, inWorkContext } from './work-context.ts';

/**
 * Spans of this process. Requests only touch the API of OpenTelemetry; without an SDK (`startTracing`) there
 * is no tracer, and every function here returns at once without creating anything.
 */
let tracer: Tracer | null = null;
/** A carrier with any trace information has one of these. */
let fields: readonly string[] = [];
/** The share of new traces about which the tracer decides; the others are not kept, without asking it. */
let shareOfRoots = 1;

export type { Attributes, Context, Span };
export { SpanKind };

/**
 * Called when an SDK has been registered, and with null when it ends.
 *
 * @param share of new traces, between 0 and 1: this many are begun with the tracer, whose own sampler is
 * asked for those only
 */
export function useTracer(given: Tracer | null, share = 1): void {
  tracer = given;
  fields = propagation.fields();
  shareOfRoots = share;
}

export const isTracing = (): boolean => tracer !== null;

/** What is sent along with a request or an event, by the names of W3C Trace Context. */
export type TraceCarrier = Readonly<Record<string, string>>;

/** The sender's position in its trace; undefined when no trace is kept here. */
export function traceIn(carrier: unknown): Context | undefined {
  if (!tracer || typeof carrier !== 'object' || carrier === null) return undefined;
  const names = carrier as Record<string, unknown>;
  for (const field of fields) {
    if (names[field] !== undefined) return propagation.extract(ROOT_CONTEXT, names);
  }
  return undefined;
}

/** The trace named by the text that comes with an event; undefined without it. */
export const traceAfter = (traceparent: string | undefined): Context | undefined =>
  traceparent === undefined ? undefined : traceIn({ traceparent });

/** What to send along so that the receiver continues the same trace. */
export function carrierOf(context: Context | undefined): TraceCarrier | undefined {
  if (!tracer || !context) return undefined;
  if (context instanceof UnsampledTrace && fields.includes('traceparent')) {
    return { traceparent: context.traceparent };
  }
  const carrier: Record<string, string> = {};
  propagation.inject(context, carrier);
  return carrier;
}

export const traceparentOf = (context: Context | undefined): string | undefined =>
  carrierOf(context)?.traceparent;

/** A span of this process, with the context in which its children begin. */
export interface OpenSpan {
  readonly context: Context;
  /** False for a span that is not sampled: it is only passed on, so that nobody samples it again. */
  readonly isRecording: boolean;
  set(attributes: Attributes): void;
  rename(name: string): void;
  /** Ends it; with an error code if it failed. */
  end(failure?: unknown): void;
}

class RecordedSpan implements OpenSpan {
  readonly context: Context;
  readonly isRecording: boolean;
  readonly #span: Span;

  constructor(span: Span, parent: Context) {
    this.#span = span;
    this.context = trace.setSpan(parent, span);
    this.isRecording = span.isRecording();
  }

  set(attributes: Attributes): void {
    if (this.isRecording) this.#span.setAttributes(attributes);
  }

  rename(name: string): void {
    if (this.isRecording) this.#span.updateName(name);
  }

  end(failure?: unknown): void {
    if (!this.isRecording) return;
    if (failure !== undefined) {
      const message = failure instanceof Error ? failure.message : String(failure);
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message });
      this.#span.setAttribute('error.type', codeOf(failure));
    }
    this.#span.end();
  }
}

/**
 * For work that enters this process: begins a trace, or continues that of the sender.
 *
 * @param concerning a related span of another trace, to which it is linked
 */
export function enterSpan(
  name: string,
  parent: Context | undefined,
  kind: SpanKind,
  attributes?: Attributes,
  concerning?: Context,
): OpenSpan | null {
  if (!tracer) return null;
  if (!parent && shareOfRoots < 1 && Math.random() >= shareOfRoots) return new UnsampledSpan();
  const from = parent ?? ROOT_CONTEXT;
  const linked = concerning && trace.getSpanContext(concerning);
  const links = linked ? [{ context: linked }] : undefined;
  return new RecordedSpan(tracer.startSpan(name, { kind, attributes, links }, from), from);
}

/** A part of traced work; null when that is not recorded. */
export function childSpan(
  name: string,
  parent: Context | undefined,
  kind: SpanKind = SpanKind.INTERNAL,
  attributes?: Attributes,
): OpenSpan | null {
  if (!tracer || !isSampled(parent)) return null;
  return enterSpan(name, parent, kind, attributes);
}

/** Whether the trace of this work is kept; one that is not is only passed on. */
export const isSampled = (context: Context | undefined): boolean =>
  context !== undefined &&
  !(context instanceof UnsampledTrace) &&
  ((trace.getSpanContext(context)?.traceFlags ?? 0) & TraceFlags.SAMPLED) !== 0;

/** Runs a part of the current work in a span of its own, if that is recorded. */
export function inSpan<Result>(
  name: string,
  work: () => Result,
  { kind, attributes }: { kind?: SpanKind; attributes?: Attributes } = {},
): Result {
  const current = currentWork();
  const span = childSpan(name, current.trace, kind, attributes);
  if (!span) return work();
  return endingWith(span, () => inWorkContext({ ...current, trace: span.context }, work));
}

/** Ends a span together with the work, whether it succeeds or fails. */
export function endingWith<Result>(span: OpenSpan, work: () => Result): Result {
  try {
    const result = work();
    if (!(result instanceof Promise)) {
      span.end();
      return result;
    }
    result.then(
      () => span.end(),
      (error) => span.end(error ?? 'failed'),
    );
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}

function codeOf(failure: unknown): string {
  if (typeof failure === 'string') return failure;
  const { code, name } = (failure ?? {}) as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'failed');
}
