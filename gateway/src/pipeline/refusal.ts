import type { GraphQLError, GraphQLFormattedError, OperationTypeNode } from 'graphql';

/** Why an operation does not run, with the same messages and codes on every transport. */
export class Refusal {
  readonly errors: readonly GraphQLError[];
  /** What the operation may cost, if known. */
  readonly cost: number | undefined;
  /** Its type, if known. */
  readonly type: OperationTypeNode | undefined;

  constructor(
    errors: readonly GraphQLError[],
    { cost, type }: { cost?: number; type?: OperationTypeNode } = {},
  ) {
    this.errors = errors;
    this.cost = cost;
    this.type = type;
  }

  /** As clients get them: without what only concerns HTTP. */
  clientErrors(): GraphQLFormattedError[] {
    return this.errors.map(clientError);
  }
}

/** An error as clients get it on any transport. */
export function clientError(error: GraphQLError): GraphQLFormattedError {
  const { http: _, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions };
}

/** What errors say about the HTTP response that carries them, in `extensions.http`. */
export interface HttpHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface ErrorHead {
  readonly status?: number;
  readonly headers?: ReadonlyMap<string, string>;
}

export function httpHeadOf(errors: readonly GraphQLError[]): HttpHead {
  let status = 400;
  const headers: Record<string, string> = {};
  for (const { extensions } of errors) {
    const head = extensions.http as ErrorHead | undefined;
    status = head?.status ?? (extensions.code === 'SERVICE_UNAVAILABLE' ? 503 : status);
    for (const [name, value] of head?.headers ?? []) headers[name] = value;
  }
  return { status, headers };
}
