import type { Variables } from '@souk/engine';
import type { Asker, Rates } from '../limits/rates/rates.ts';
import { type RateRefusal, rateError } from '../limits/rates/refusal.ts';
import type { Operation, OperationRequest } from './operation.ts';
import { Refusal } from './refusal.ts';

/** The second step of every operation: whether it may run now, for this viewer. */
export interface Admit {
  /** Counts a request by its address, before anything else is known about it. */
  address(address: string): Refusal | null;
  /** Counts a request of a verified viewer; null for anonymous clients. */
  viewer(viewer: Asker['viewer']): Refusal | null;
  /** Checks the variables and computes what the operation may cost with them. */
  variables(operation: Operation, variables: Variables): OperationRequest | Refusal;
  /** Counts its cost and its fields; synchronously when none of its fields has a limit. */
  request(request: OperationRequest, asker: Asker): Refusal | null | Promise<Refusal | null>;
}

export function createAdmit({ rates }: { readonly rates: Rates }): Admit {
  const refused = (refusal: RateRefusal | null, cost?: number): Refusal | null =>
    refusal && new Refusal([rateError(refusal)], { cost });
  return {
    address: (address) => refused(rates.limitAddress(address)),
    viewer: (viewer) => refused(rates.limitViewer(viewer)),
    variables: (operation, variables) => {
      const { problems, cost } = operation.checkVariables(variables);
      return problems.length > 0 ? new Refusal(problems, { cost }) : { operation, variables, cost };
    },
    request: ({ operation, variables, cost }, { address, viewer }) => {
      const { document, definition } = operation;
      const use = { address, viewer, document, operation: definition, variables, cost };
      const refusal = rates.limitOperation(use);
      return refusal instanceof Promise
        ? refusal.then((late) => refused(late, cost))
        : refused(refusal, cost);
    },
  };
}
