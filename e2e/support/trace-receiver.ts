import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asListener } from '@souk/testkit';

/** A span as OTLP's JSON has it, with the service that sent it. */
export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface TraceReceiver extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  spansOf(traceId: string): ReceivedSpan[];
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}
interface Export {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: (Omit<ReceivedSpan, 'attributes'> & { attributes: Attribute[] })[] }[];
  }[];
}

/** Takes traces as a collector does, over OTLP/HTTP. */
export async function receiveTraces(): Promise<TraceReceiver> {
  const received: ReceivedSpan[] = [];
  const server = createServer(
    asListener(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as Export;
      for (const { resource, scopeSpans } of resourceSpans) {
        const service = String(valuesOf(resource.attributes)['service.name']);
        for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
          received.push({ ...span, service, attributes: valuesOf(span.attributes) });
        }
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{}');
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spansOf: (traceId) => received.filter((span) => span.traceId === traceId),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const valuesOf = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/**
 * From the client's span, which is not sent, down to the first span of this name, as `service: name`
 * each. Null as long as one between is missing: processes send their spans at times of their own.
 */
export function pathTo(
  spans: readonly ReceivedSpan[],
  clientSpanId: string,
  name: string,
): string[] | null {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  let span = spans.find((candidate) => candidate.name === name);
  const path: string[] = [];
  while (span) {
    path.unshift(`${span.service}: ${span.name}`);
    if (span.parentSpanId === clientSpanId) return path;
    span = byId.get(span.parentSpanId ?? '');
  }
  return null;
}

/** The spans as an indented tree, for people. */
export function treeOf(spans: readonly ReceivedSpan[]): string {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const lines = (parent: string | null, depth: number): string[] =>
    spans
      .filter(({ parentSpanId = '' }) =>
        parent === null ? !ids.has(parentSpanId) : parentSpanId === parent,
      )
      .flatMap(({ service, name, spanId }) => [
        `${'  '.repeat(depth)}${service}: ${name}`,
        ...lines(spanId, depth + 1),
      ]);
  return lines(null, 0).join('\n');
}
