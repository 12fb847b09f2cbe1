import { type PreparedOperation, type SubgraphResponse, variablesKey } from '@souk/engine';
import { EncodedEvent } from '../encoded-event.ts';
import { completing } from '../event-telemetry.ts';
import { type EventWork, payerOf } from '../event-work.ts';
import type { SubscriptionPlan, SubscriptionRequest } from '../plan-subscription.ts';
import { extensionsAt } from './own-events.ts';

interface CompletedBy {
  readonly plan: SubscriptionPlan;
  readonly request: SubscriptionRequest;
  readonly work: EventWork;
}

/** What a result came to for one who was given it. */
interface Completion {
  readonly prepared: PreparedOperation;
  readonly variables: string;
  /** Null where somebody else might have got something else. */
  readonly forAll: Promise<EncodedEvent | null>;
}

const completions = new WeakMap<SubgraphResponse, Completion[]>();

/**
 * A result of an upstream subscription as its client gets it. The very same result may have been given to many: who asks
 * the same of it shares what the first of them has it completed to, unless that took a request in
 * their name or met with an error, which names the request that it is of.
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
  // Not waited for where there is nothing: others who come in this turn are to find what begins here.
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

/** How the text of a result begins that has no errors. */
const WITHOUT_ERRORS = '{"data":';
