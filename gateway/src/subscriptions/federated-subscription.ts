import type { Asker } from '../limits/rates/rates.ts';
import type { Operation } from '../pipeline/operation.ts';
import { Refusal } from '../pipeline/refusal.ts';
import { planSubscription, type SubscriptionRequest } from './plan-subscription.ts';
import { type Client, publicOf, type SubscriptionDeps } from './subscription-client.ts';
import { SubscriptionRun } from './subscription-run.ts';

/** A subscription that may run, before it is started. */
export interface AdmittedSubscription {
  readonly operation: Operation;
  readonly cost: number;
  /**
   * Runs it until it ends by itself or the client leaves; everything to be sent is written to the client's
   * sink. Rejects with a GraphQLError that clients may see, or with StreamInterrupted.
   */
  run(client: Client): Promise<void>;
}

/** The steps of the pipeline for a subscription that has been understood, up to its plan. */
export async function admitSubscription(
  operation: Operation,
  request: SubscriptionRequest,
  asker: Asker,
  deps: SubscriptionDeps,
): Promise<AdmittedSubscription | Refusal> {
  try {
    const { admit } = deps.pipeline;
    const asked = admit.variables(operation, request.variables);
    if (asked instanceof Refusal) return asked;
    const refusal = await admit.request(asked, asker);
    if (refusal) return refusal;
    const plan = await planSubscription(operation, request);
    if (plan instanceof Refusal) return plan;
    const { cost } = asked;
    return {
      operation,
      cost,
      run: (client) => new SubscriptionRun(plan, request, deps, client).run(),
    };
  } catch (error) {
    return new Refusal([publicOf(error, request, deps.logger)]);
  }
}
