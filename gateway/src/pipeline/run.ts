import type { PartsReceiver, PreparedOperation, Reply } from '@souk/engine';
import { GraphQLError } from 'graphql';
import type { GatewayContext } from '../upstream/context.ts';
import { planCache, tally } from './cache-metrics.ts';
import { type Operation, type OperationRequest, preparedFor } from './operation.ts';

/**
 * The last step of a query or mutation. The reply is called once: synchronously if nothing has to be waited
 * for, and at the deadline at the latest.
 */
export function run(
  { operation, variables }: OperationRequest,
  context: GatewayContext,
  reply: Reply,
): void {
  const prepared = begun(operation, context);
  // Requests to subgraphs end at the deadline; only planning, which comes before, has none.
  const timed = prepared.isPlanned ? reply : inTime(reply, context);
  operation.supergraph.engine.answer(prepared, variables, context, timed);
}

/** Runs an operation whose deferred parts come later; the deadline applies to the last part. */
export function runInParts(
  { operation, variables }: OperationRequest,
  context: GatewayContext,
  receiver: PartsReceiver,
): void {
  const prepared = begun(operation, context);
  operation.supergraph.engine.answerInParts(
    prepared,
    variables,
    context,
    prepared.isPlanned ? receiver : beginningInTime(receiver, context),
  );
}

function begun(operation: Operation, { viewer }: GatewayContext): PreparedOperation {
  operation.uses.count += 1;
  const prepared = preparedFor(operation, viewer);
  tally(planCache, prepared.isPlanned);
  return prepared;
}

/** An answer that has begun by the deadline sends what it has; this is for one that has not. */
const GRACE_MS = 250;

function inTime(reply: Reply, context: GatewayContext): Reply {
  const isFirst = onceInTime(context, (status, body) => reply(status, body));
  return (...answer) => {
    if (isFirst()) reply(...answer);
  };
}

function beginningInTime(receiver: PartsReceiver, context: GatewayContext): PartsReceiver {
  let isBegun = false;
  const isFirst = onceInTime(context, (status, body) =>
    receiver.first({ status, body, pending: [] }),
  );
  return {
    first: (part) => {
      isBegun = isFirst();
      if (isBegun) receiver.first(part);
    },
    later: (batch) => {
      if (isBegun) receiver.later(batch);
    },
  };
}

/** Gives up at the deadline, unless the returned function was called first. */
function onceInTime(
  { deadlineAt, extensions }: GatewayContext,
  giveUp: (status: number, body: string) => void,
): () => boolean {
  if (deadlineAt === undefined) return () => true;
  let isSettled = false;
  const settle = (): boolean => {
    if (isSettled) return false;
    isSettled = true;
    clearTimeout(timer);
    return true;
  };
  const late = (): void => {
    if (settle()) giveUp(504, JSON.stringify({ errors: [tooLate()], extensions }));
  };
  const timer = setTimeout(late, Math.max(0, deadlineAt - Date.now()) + GRACE_MS);
  return settle;
}

const tooLate = () =>
  new GraphQLError('The answer took too long.', { extensions: { code: 'SERVICE_UNAVAILABLE' } });
