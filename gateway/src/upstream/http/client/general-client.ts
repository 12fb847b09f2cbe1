import { decodedText } from './content-encoding.ts';
import type {
  HttpClient,
  HttpClientOptions,
  HttpRequest,
  ResponseReceiver,
} from './http-client.ts';
import { UnusableResponse } from './response-reader.ts';

/**
 * The same client for what the small one does not support: TLS. undici is a fifth of a gateway's code, so it is loaded only when
 * a subgraph has such an address.
 */
export function createGeneralClient(options: HttpClientOptions): HttpClient {
  const { origin, connections, connectTimeoutMs, maxResponseBytes } = options;
  const opened = import('undici').then(({ Agent, request: send }) => {
    const connect = { timeout: connectTimeoutMs };
    return { send, agent: new Agent({ connections, connect, keepAliveTimeout: 30_000 }) };
  });
  // Each request reports the failure.
  opened.catch(() => {});

  const exchange = async (request: HttpRequest, headLines: string, signal: AbortSignal) => {
    const { send, agent } = await opened;
    const response = await send(new URL(request.path, origin), {
      method: 'POST',
      dispatcher: agent,
      signal,
      headers: Object.fromEntries(
        headLines
          .trimEnd()
          .split('\r\n')
          .map((line) => line.split(': ', 2) as [string, string]),
      ),
      body: request.body,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxResponseBytes) {
        throw new UnusableResponse(`Its answer exceeds ${maxResponseBytes} bytes.`);
      }
      chunks.push(chunk);
    }
    const type = String(response.headers['content-type'] ?? '');
    const contentType = (type.split(';')[0] ?? '').trim().toLowerCase();
    const given = String(response.headers['content-encoding'] ?? '');
    const contentEncoding = given.trim().toLowerCase() || 'identity';
    const body = await decodedText(Buffer.concat(chunks, size), contentEncoding, maxResponseBytes);
    return {
      head: {
        status: response.statusCode,
        contentType,
        contentEncoding,
        length: size,
        keepAliveMs: 0,
        connectionName: '',
      },
      body,
    };
  };

  return {
    post(request: HttpRequest, receiver: ResponseReceiver) {
      let headLines: string;
      try {
        headLines = request.headLinesOn('');
      } catch (error) {
        // Nothing was sent, so that it says nothing about the subgraph.
        receiver.failed('refused', error as Error);
        return;
      }
      // Whole milliseconds: anything else is an error to AbortSignal.timeout.
      const milliseconds = Math.max(0, Math.ceil(request.deadline - performance.now()));
      const late = AbortSignal.timeout(milliseconds);
      const signal = request.signal ? AbortSignal.any([late, request.signal]) : late;
      exchange(request, headLines, signal).then(
        (response) => receiver.answered(response),
        (error: Error) => {
          const ending = isReset(error) ? 'reset' : 'broken';
          receiver.failed(late.aborted ? 'late' : signal.aborted ? 'aborted' : ending, error);
        },
      );
    },
    close: () => {
      opened.then(({ agent }) => agent.close()).catch(() => {});
    },
  };
}

/** Whether an established connection has ended: one that could not be established fails by the system call `connect`. */
function isReset(error: NodeJS.ErrnoException): boolean {
  const { code, syscall } = error;
  if (code === 'UND_ERR_SOCKET') return true;
  return (code === 'ECONNRESET' || code === 'EPIPE') && (syscall === 'read' || syscall === 'write');
}
