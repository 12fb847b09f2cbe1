import type { Reply } from '@souk/engine';
import { GraphQLError } from 'graphql';
import type { GatewayContext } from '../upstream/context.ts';
import { planCache, tally } from './cache-metrics.ts';
import { type OperationRequest, preparedFor } from './operation.ts';

/**
 * The last step of a query or mutation. The reply is called once: at once where nothing has to be
 * waited for, and at the deadline at the latest.
 */
export function run(
  { operation, variables }: OperationRequest,
  context: GatewayContext,
  reply: Reply,
): void {
  operation.uses.count += 1;
  const prepared = preparedFor(operation, context.viewer);
  const { engine } = operation.supergraph;
  tally(planCache, prepared.isPlanned);
  // Subgraphs are given until the deadline; only planning, which comes first, knows of none.
  const timed = prepared.isPlanned ? reply : inTime(reply, context);
  engine.answer(prepared, variables, context, timed);
}

/** What has begun to be answered by the deadline gives what it has; this is for what has not. */
const GRACE_MS = 250;

function inTime(reply: Reply, { deadlineAt, extensions }: GatewayContext): Reply {
  if (deadlineAt === undefined) return reply;
  let isSent = false;
  const replyOnce: Reply = (...answer) => {
    if (isSent) return;
    isSent = true;
    clearTimeout(timer);
    reply(...answer);
  };
  const giveUp = (): void =>
    replyOnce(504, JSON.stringify({ errors: [tooLate()], extensions }), false);
  const timer = setTimeout(giveUp, Math.max(0, deadlineAt - Date.now()) + GRACE_MS);
  return replyOnce;
}

const tooLate = () =>
  new GraphQLError('The answer took too long.', { extensions: { code: 'SERVICE_UNAVAILABLE' } });
