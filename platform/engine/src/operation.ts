import type {
  DocumentNode,
  GraphQLError,
  OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';

export type Variables = Record<string, unknown>;

/** Fields that are withheld from this viewer: they are null, with an error. */
export interface WithheldFields {
  /** Equal when the same is withheld for the same reasons. */
  readonly key: string;
  /** By the type on which the field is selected; undefined for one that is not withheld. */
  reasonFor(typeName: string, fieldName: string): WithheldReason | undefined;
}

export interface WithheldReason {
  readonly code: string;
  readonly message: string;
}

export interface PrepareOptions {
  /** The parsed text, if it has been parsed already. */
  readonly document?: DocumentNode;
  /**
   * Response names that subgraphs are asked for and clients are not sent; the client uses none of them
   * itself.
   */
  readonly internalNames?: ReadonlySet<string>;
}

/** A valid operation. It is planned and compiled when it first runs, and stays so. */
export interface PreparedOperation {
  readonly kind: 'prepared';
  readonly id: number;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationType: OperationTypeNode;
  readonly operationName: string | undefined;
  readonly internalNames: ReadonlySet<string> | undefined;
  /** Which of its fields are withheld from the viewer it was prepared for. */
  readonly withheld: WithheldFields | undefined;
  /** Whether anything in it may be deferred or streamed; `answerInParts` then sends it later. */
  readonly defers: boolean;
  /** Whether it has run, so that running it again needs no planning, except for other conditions. */
  readonly isPlanned: boolean;
  /**
   * Plans it before it first runs, so that it then runs without waiting; resolves to the reason if there is
   * no plan. An operation with conditions is planned when their outcome is known.
   */
  planAhead(): Promise<PreparationFailure | null>;
  /** This operation for a viewer who may not read some of its fields. */
  withholding(fields: WithheldFields): PreparedOperation;
  /** The plan in readable form, ignoring conditions; null when there is none. */
  outline(): Promise<PlanOutline | null>;
}

/** What is fetched from where, and which fetch waits for which. */
export interface PlanOutline {
  readonly fetches: readonly FetchOutline[];
}

export interface FetchOutline {
  /** From 1, in the order in which they can begin. */
  readonly number: number;
  readonly subgraph: string;
  /** The fetches that must be answered first. */
  readonly after: readonly number[];
  /** Where the entities are that it completes; absent for one that begins at a root type. */
  readonly at?: string;
  /** What it is given about each of them, by their types. */
  readonly representations?: readonly string[];
  /** What is requested. */
  readonly fields: string;
  /** The deferred fragment that it is fetched for, if any: its label, if it has one. */
  readonly deferred?: string;
}

export interface PreparationFailure {
  readonly kind: 'failed';
  readonly errors: readonly GraphQLError[];
  /** The operation itself is valid: the same may be tried again. */
  readonly isTransient?: boolean;
  /** The internal reason, for the log. */
  readonly cause?: unknown;
}
