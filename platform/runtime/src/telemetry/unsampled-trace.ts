import { randomBytes } from 'node:crypto';
import { type Context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import type { OpenSpan } from './tracing.ts';

/** Ids of traces that are not kept: random once per process, then counted up, since nobody looks them up. */
const drawn = randomBytes(8).toString('hex');
const FIRST_SPAN = '0000000000000001';
let counted = 0;

/**
 * A new trace that is not kept: an id that is passed on, so that other processes do not sample their part of
 * the work. OpenTelemetry's SDK would create ids, contexts and a sampler's answer for each of these, which
 * cost a gateway more than all the traces that it keeps.
 */
export class UnsampledTrace implements Context {
  #traceId = '';
  #context: Context | undefined;

  /** By W3C Trace Context. */
  get traceparent(): string {
    return `00-${this.#id()}-${FIRST_SPAN}-00`;
  }

  getValue(key: symbol): unknown {
    return this.#whole().getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#whole().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#whole().deleteValue(key);
  }

  #id(): string {
    if (this.#traceId === '') {
      counted += 1;
      this.#traceId = drawn + counted.toString(16).padStart(16, '0');
    }
    return this.#traceId;
  }

  /** In OpenTelemetry's form, for its propagators and for spans that begin in it. */
  #whole(): Context {
    this.#context ??= trace.setSpanContext(ROOT_CONTEXT, {
      traceId: this.#id(),
      spanId: FIRST_SPAN,
      traceFlags: TraceFlags.NONE,
    });
    return this.#context;
  }
}

/** The first span of such a trace. */
export class UnsampledSpan implements OpenSpan {
  readonly context = new UnsampledTrace();
  readonly isRecording = false;
  set(): void {}
  rename(): void {}
  end(): void {}
}
