import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from '@opentelemetry/api';

/**
 * What a piece of work belongs to: the client's request that it is done for, and its place in a trace.
 * Handed on by Node, as what is done last (an event recorded, a statement sent) stands many calls
 * below what knows of the request. A gateway, which has few calls, hands both on by itself.
 */
export interface WorkContext {
  /** The id that a client was sent; absent for what no request is behind. */
  readonly requestId?: string | undefined;
  /** The span that this work is part of; absent where no trace is kept. */
  readonly trace?: Context | undefined;
  /** The use case, or the reaction to an event, that it is part of. */
  readonly useCase?: UseCaseWork | undefined;
}

export interface UseCaseWork {
  readonly name: string;
  /** The ids in its input or event, and of who asks; looked for only where somebody wants to know. */
  ids(): readonly string[];
}

const storage = new AsyncLocalStorage<WorkContext>();
const NOTHING: WorkContext = {};

export const currentWork = (): WorkContext => storage.getStore() ?? NOTHING;

/** Does work in a context; what it awaits is in it, too. */
export const inWorkContext = <Result>(context: WorkContext, work: () => Result): Result =>
  storage.run(context, work);
