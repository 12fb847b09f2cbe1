import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from '@opentelemetry/api';

/**
 * What a piece of work belongs to: the client's request that caused it, and its place in a trace. Node passes
 * it on, since the last steps (recording an event, sending a statement) are many calls below the code that
 * knows the request. A gateway, which has few calls, passes both on by itself.
 */
export interface WorkContext {
  /** The id that the client was sent; absent for work without a request. */
  readonly requestId?: string | undefined;
  /** The span that this work is part of; absent when no trace is kept. */
  readonly trace?: Context | undefined;
  /** The use case, or the reaction to an event, that it is part of. */
  readonly useCase?: UseCaseWork | undefined;
  /** The transaction that Prisma is joining at the moment, for `persistence/prisma-models.ts` alone. */
  readonly joining?: { readonly pool: object; readonly connection: object } | undefined;
}

export interface UseCaseWork {
  readonly name: string;
  /** The ids in its input or event, and that of the viewer; computed only when needed. */
  ids(): readonly string[];
}

/** The only one of a process, as Node 20 sets each of them on every promise that is made. */
const storage = new AsyncLocalStorage<WorkContext>();
const NOTHING: WorkContext = {};

export const currentWork = (): WorkContext => storage.getStore() ?? NOTHING;

/** Runs work in a context; everything that it awaits is in it, too. */
export const inWorkContext = <Result>(context: WorkContext, work: () => Result): Result =>
  storage.run(context, work);
