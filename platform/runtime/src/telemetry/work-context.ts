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
  /** Gives the ids of what it may change, and of who changes it; asked only where something is changed. */
  readonly about?: (() => readonly string[]) | undefined;
}

const storage = new AsyncLocalStorage<WorkContext>();
const NOTHING: WorkContext = {};

export const currentWork = (): WorkContext => storage.getStore() ?? NOTHING;

/** Does work in a context; what it awaits is in it, too. */
export const inWorkContext = <Result>(context: WorkContext, work: () => Result): Result =>
  storage.run(context, work);
