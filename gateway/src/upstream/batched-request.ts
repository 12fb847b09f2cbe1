import { elementTexts, SubgraphFault, type SubgraphResponse, textAt } from '@souk/engine';
import { viewersNamed } from './context.ts';
import type { HttpTransport } from './http/http-transport.ts';
import type { WaitingRequest } from './viewer-batch.ts';

/**
 * Sends the same request for several viewers as one: `viewers` names them, and `answers` has an answer for
 * each (docs/shared-streams.md).
 */
export function createBatchSender(transport: Pick<HttpTransport, 'send'>) {
  return (waiting: readonly WaitingRequest[]): void => {
    const [first] = waiting;
    if (!first) return;
    const { request, receiver } = first;
    const { requestId, deadlineAt, signal, trace } = request.context;
    if (waiting.length === 1) {
      transport.send(request, signal, receiver);
      return;
    }
    const viewers = viewersNamed(waiting.map(({ request }) => request.context));
    const bodyText = `${request.bodyText.slice(0, -1)},"viewers":${JSON.stringify(viewers)}}`;
    const context = { requestId, deadlineAt, viewer: null, many: true, trace };
    const failed = (error: unknown) => {
      for (const { receiver } of waiting) receiver.failed(error);
    };
    transport.send({ ...request, bodyText, context }, signal, {
      answered: (response) => {
        const answers = answersIn(response);
        if (answers?.length !== waiting.length) {
          failed(new SubgraphFault('SUBGRAPH_ERROR', 'not an answer for each viewer'));
          return;
        }
        for (const [index, { receiver }] of waiting.entries()) {
          const answer = answers[index];
          if (answer?.startsWith('{')) receiver.answered({ text: answer });
          else receiver.failed(new SubgraphFault('SUBGRAPH_ERROR', 'no answer for this viewer'));
        }
      },
      failed,
    });
  };
}

/** The answer to each viewer as unparsed text; the engine reads its content. */
function answersIn(response: SubgraphResponse): string[] | null {
  if (!('text' in response)) return null;
  try {
    const answers = textAt(response.text, ['answers']);
    return answers === undefined ? null : elementTexts(answers);
  } catch {
    return null;
  }
}
