import { parseExactly, type SubgraphResponse, stringifyExactly } from '@souk/engine';
import type { FormattedExecutionResult } from 'graphql';
import type { GatewayContext } from '../../upstream/context.ts';
import { isRefusalCode } from '../../upstream/refusals.ts';
import { createViewerBatch } from '../../upstream/viewer-batch.ts';
import { EncodedEvent, extensionsAt } from '../encoded-event.ts';
import { completing } from '../event-telemetry.ts';
import { type EventWork, payerOf } from '../event-work.ts';
import type { UpstreamEvent } from '../resume/upstream-events.ts';
import { fillViewerPlaces, idsToAskFor } from './fill-viewer-places.ts';
import type { StreamEvent } from './replay-buffer.ts';
import type { SharedOperation } from './shared-operation.ts';
import type { SharedStream } from './shared-stream.ts';
import type { Subscriber } from './subscriber.ts';

/** An event of the upstream as all subscribers of the stream get it, with its completion by other subgraphs. */
export async function streamEventOf(
  { response, cursor, mark }: UpstreamEvent,
  operation: SharedOperation,
  context: GatewayContext,
  { stream, work }: { stream: SharedStream; work: EventWork },
): Promise<{ mark: UpstreamEvent['mark']; streamEvent: StreamEvent | null }> {
  const inTurn = completedFor(stream, work, operation);
  const position = mark?.position ?? null;
  const whom = mark?.reauthorise;
  if (!response && !whom) return { mark, streamEvent: null };
  const completion = completing(mark);
  const trace = completion.span?.context;
  const traced = { ...context, trace };
  const shared = response && (await inTurn(() => completed(response, operation, cursor, traced)));
  completion.end();
  if (whom) {
    const finalEvent = shared && new EncodedEvent(shared.text, cursor, trace);
    return { mark, streamEvent: { kind: 'reauthorise', position, cursor, whom, finalEvent } };
  }
  if (!response || !shared) return { mark, streamEvent: null };
  const forEverybody = shared.isForEverybody ? withoutPlaces(shared.text, operation) : null;
  if (forEverybody !== null) {
    const encoded = new EncodedEvent(forEverybody, cursor, trace);
    return { mark, streamEvent: { kind: 'common', position, cursor, encoded } };
  }
  const batch = createViewerBatch();
  const personalize = async (subscriber: Subscriber): Promise<EncodedEvent> => {
    const payer = payerOf(subscriber.request.context());
    if (!work.isAllowed(payer)) await work.allowed(payer);
    return batch.run(() =>
      work.turn(payer, async () => {
        const own = { ...subscriber.request.context(), batch, trace };
        const { text } = shared.isForEverybody
          ? shared
          : await completed(response, operation, cursor, own);
        const whole = await withViewerFields(text, operation, own);
        work.charge(payer, whole);
        return new EncodedEvent(whole, cursor, trace);
      }),
    );
  };
  return { mark, streamEvent: { kind: 'personal', position, cursor, personalize } };
}

/** Completes the common part of an event, in turn and at the expense of one subscriber. */
const completedFor =
  (stream: SharedStream, work: EventWork, { key }: SharedOperation) =>
  async (complete: () => Promise<Completed>): Promise<Completed> => {
    const mayPay = ({ request }: Subscriber) => work.isAllowed(payerOf(request.context()));
    const found = stream.payer(mayPay);
    const payer = found && payerOf(found.subscriber.request.context());
    // It has a queue of its own when several viewers wait for it, so that none of them delays the others.
    const done = await work.turn(found?.isOnly && payer ? payer : key, complete);
    if (payer) work.charge(payer, done.text);
    return done;
  };

/** An event's result before any viewer-specific fields are filled in. */
interface Completed {
  readonly text: string;
  /** Nothing in it depends on the viewer. */
  readonly isForEverybody: boolean;
}

/**
 * An author may attach anything to a message, including objects that no longer exist. In the events of a
 * shared stream everybody sees such an object in the same way, since otherwise one message would have to be
 * completed separately for thousands.
 */
const SHOWN_AS_TO_ANYBODY = 'Shareable';

async function completed(
  response: SubgraphResponse,
  { plan, neutral, variables }: SharedOperation,
  cursor: string | null,
  context: GatewayContext,
): Promise<Completed> {
  let isForEverybody = true;
  const watched = {
    ...context,
    extensions: extensionsAt(cursor),
    onMissingEntity: (typeName: string) => {
      if (typeName !== SHOWN_AS_TO_ANYBODY) isForEverybody = false;
    },
  };
  const { operation, resumption } = plan;
  const { engine } = operation.supergraph;
  // The place's variable is declared and therefore needs a value; it requests nothing here.
  const all = resumption ? { ...variables, [resumption.variable]: cursor ?? 'none' } : variables;
  const text = await engine.completeEvent(neutral, all, response, watched);
  return { text, isForEverybody: isForEverybody && !isRefused(text) };
}

/** Whether another viewer might see more than the one for whom it was completed. */
function isRefused(text: string): boolean {
  if (text.startsWith(WITHOUT_ERRORS)) return false;
  const { errors } = JSON.parse(text) as FormattedExecutionResult;
  return errors?.some(({ extensions }) => isRefusalCode(extensions?.code)) ?? false;
}

/** The beginning of a result's text when it has no errors. */
const WITHOUT_ERRORS = '{"data":';

/** The result, if it has no place that needs viewer-specific fields; otherwise null. */
function withoutPlaces(text: string, { places }: SharedOperation): string | null {
  if (places.length === 0) return text;
  const result = parseExactly(text) as FormattedExecutionResult;
  if (idsToAskFor(result.data, places)) return null;
  return stringifyExactly(fillViewerPlaces(result, null, places));
}

async function withViewerFields(
  text: string,
  { plan, places, personal, variables }: SharedOperation,
  context: GatewayContext,
): Promise<string> {
  if (places.length === 0) return text;
  const result = parseExactly(text) as FormattedExecutionResult;
  const ids = personal && idsToAskFor(result.data, places);
  if (!ids) return stringifyExactly(fillViewerPlaces(result, null, places));
  const { engine } = plan.operation.supergraph;
  const own = await engine.executeToText(personal, { ...variables, ...ids }, context);
  return stringifyExactly(
    fillViewerPlaces(result, parseExactly(own) as FormattedExecutionResult, places),
  );
}
