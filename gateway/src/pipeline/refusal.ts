import type { GraphQLError, GraphQLFormattedError, OperationTypeNode } from 'graphql';

/** Why an operation does not run: in the same words and with the same codes on every transport. */
export class Refusal {
  readonly errors: readonly GraphQLError[];
  /** What the operation may cost, where that is known. */
  readonly cost: number | undefined;
  /** What it would have been, where that is known. */
  readonly type: OperationTypeNode | undefined;

  constructor(
    errors: readonly GraphQLError[],
    { cost, type }: { cost?: number; type?: OperationTypeNode } = {},
  ) {
    this.errors = errors;
    this.cost = cost;
    this.type = type;
  }

  /** As clients get them: what is for HTTP alone is left out. */
  clientErrors(): GraphQLFormattedError[] {
    return this.errors.map(clientError);
  }
}

/** An error as clients get it, whichever way they came. */
export function clientError(error: GraphQLError): GraphQLFormattedError {
  const { http: _, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions };
}

/** What errors say of the HTTP response that they stand in, by `extensions.http`. */
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
