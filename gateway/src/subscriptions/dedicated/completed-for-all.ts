import { type PreparedOperation, type SubgraphResponse, variablesKey } from '@souk/engine';
import { EncodedEvent, extensionsAt } from '../encoded-event.ts';
import { completing } from '../event-telemetry.ts';
import { type EventWork, payerOf } from '../event-work.ts';
import type { SubscriptionPlan, SubscriptionRequest } from '../plan-subscription.ts';

interface CompletedBy {
  readonly plan: SubscriptionPlan;
  readonly request: SubscriptionRequest;
  readonly work: EventWork;
}

/** What a result was completed to, for one viewer who was given it. */
interface Completion {
  readonly prepared: PreparedOperation;
  readonly variables: string;
  /** Null when another viewer might have got a different result. */
  readonly forAll: Promise<EncodedEvent | null>;
}

const completions = new WeakMap<SubgraphResponse, Completion[]>();

/**
 * Completes a result of an upstream subscription for its client. The same result object may have been given
 * to many: viewers with the same request share what it was completed to for the first of them, unless
 * completing it took a request on that viewer's behalf or met an error, which carries the id of that viewer's
 * request.
 */
export async function completedForAll(
  response: SubgraphResponse,
  cursor: string | null,
  by: CompletedBy,
): Promise<EncodedEvent> {
  const { prepared } = by.plan;
  const variables = variablesKey(by.request.variables);
  const known = completions.get(response) ?? [];
  completions.set(response, known);
  const same = known.find((one) => one.prepared === prepared && one.variables === variables);
  // Not awaited when there is nothing yet: others who come in this turn must find what begins here.
  const forAll = same && (await same.forAll);
  if (forAll) return forAll;
  let isForAll = true;
  const onFetch = (): void => {
    isForAll = false;
  };
  const completed = completedFor(response, cursor, by, onFetch);
  if (!same) {
    const common = completed.then(
      (event) => (isForAll && event.json.startsWith(WITHOUT_ERRORS) ? event : null),
      () => null,
    );
    known.push({ prepared, variables, forAll: common });
  }
  return completed;
}

async function completedFor(
  response: SubgraphResponse,
  cursor: string | null,
  { plan, request, work }: CompletedBy,
  onFetch: () => void,
): Promise<EncodedEvent> {
  const { operation, prepared } = plan;
  const { engine } = operation.supergraph;
  const own = request.context();
  const payer = payerOf(own);
  return work.turn(payer, async () => {
    const completion = completing(null, own.trace);
    const context = { ...own, extensions: extensionsAt(cursor), onFetch };
    const text = await engine.completeEvent(prepared, request.variables, response, context);
    completion.end();
    work.charge(payer, text);
    return new EncodedEvent(text, cursor);
  });
}

/** The beginning of a result's text when it has no errors. */
const WITHOUT_ERRORS = '{"data":';
