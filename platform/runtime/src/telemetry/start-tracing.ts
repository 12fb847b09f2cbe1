import { propagation, trace } from '@opentelemetry/api';

import { useTracer } from './tracing.ts';

/** The part of a logger that is used. */
export interface TracingLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface TracingOptions {
  /** `service.name`, unless `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES` gives another. */
  readonly service: string;
  readonly logger: TracingLog;
  readonly env?: NodeJS.ProcessEnv;
}

/** Sends collected spans and stops tracing. */
export type StopTracing = () => Promise<void>;

/**
 * Whether the environment asks for traces, by OpenTelemetry's own variables: an OTLP endpoint, or an
 * exporter's name.
 */
export function asksForTraces(env: NodeJS.ProcessEnv): boolean {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return false;
  const exporter = env.OTEL_TRACES_EXPORTER?.trim();
  if (exporter) return exporter === 'otlp' || exporter === 'console';
  return Boolean(
    env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim() || env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim(),
  );
}

/**
 * The share of new traces that the environment asks for; undefined when it names a sampler that also decides
 * about incoming traces, since the SDK's sampler is then asked for each.
 */
export function shareOfTraces(env: NodeJS.ProcessEnv): number | undefined {
  const sampler = env.OTEL_TRACES_SAMPLER?.trim().toLowerCase() || 'parentbased_always_on';
  if (sampler === 'parentbased_always_on') return 1;
  if (sampler === 'parentbased_always_off') return 0;
  if (sampler !== 'parentbased_traceidratio') return undefined;
  const given = env.OTEL_TRACES_SAMPLER_ARG?.trim();
  const share = given ? Number(given) : 1;
  return share >= 0 && share <= 1 ? share : 1;
}

/**
 * Loads OpenTelemetry's SDK only if the environment asks for traces. Limits, batches and the exporter are
 * configured by the SDK's `OTEL_*` variables, and so is the sampler, whose share is applied before the SDK is
 * asked (`shareOfTraces`).
 */
export async function startTracing({
  service,
  logger,
  env = process.env,
}: TracingOptions): Promise<StopTracing> {
  if (!asksForTraces(env)) return async () => {};
  const [sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const isConsole = env.OTEL_TRACES_EXPORTER?.trim() === 'console';
  const own = resources.resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'souk',
  });
  const said = resources.detectResources({ detectors: [resources.envDetector] });
  const share = shareOfTraces(env);
  const provider = new sdk.NodeTracerProvider({
    ...(share !== undefined && {
      sampler: new sdk.ParentBasedSampler({ root: new sdk.AlwaysOnSampler() }),
    }),
    resource: resources.defaultResource().merge(own).merge(said),
    spanProcessors: [
      isConsole
        ? new sdk.SimpleSpanProcessor(new sdk.ConsoleSpanExporter())
        : new sdk.BatchSpanProcessor(new OTLPTraceExporter()),
    ],
  });
  // Spans are passed on by `WorkContext` and by the gateway's own contexts. With a context manager, sending a
  // batch would enable the promise hooks of Node 20, which cost each request more than all of its spans.
  provider.register({ contextManager: null });
  useTracer(trace.getTracer('souk'), share);
  logger.info({ exporter: isConsole ? 'console' : 'otlp' }, 'traces are kept');
  return async () => {
    useTracer(null);
    await provider
      .shutdown()
      .catch((error: Error) => logger.warn({ reason: error.message }, 'traces could not be sent'));
    trace.disable();
    propagation.disable();
  };
}
