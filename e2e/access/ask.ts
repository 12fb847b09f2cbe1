import { insist } from '@souk/testkit';
import type { Answer, RunningSouk } from '../running-souk.ts';
import type { Outcome } from './rows.ts';

/** Nothing to see: nothing at all, an empty list, or a page of nothing. */
export function isNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  const { edges } = value as { edges?: unknown };
  return Array.isArray(edges) && edges.length === 0;
}

/** Codes that say "not you": whatever else is an error is a fault. */
export const isRefusal = (code: string): boolean =>
  /^(UNAUTHENTICATED|FORBIDDEN|ACCOUNT_SUSPENDED|API_KEY_SCOPE_MISSING)$|(^|_)NOT_FOUND$/.test(
    code,
  );

/** The answer to a row, with the message if it is refused. */
export interface Told {
  readonly outcome: Outcome;
  readonly words?: string;
}

type Failure = NonNullable<Answer['errors']>[number];

const toldIn = ([first]: readonly Failure[], status?: number): Told => ({
  outcome: first?.extensions.code ?? 'ERROR',
  words: `${status ?? ''} ${first?.message}`,
});

/** The answer to a query of one root field. */
export async function askQuery(
  souk: RunningSouk,
  ask: string,
  token: string | null,
): Promise<Told> {
  const { status, data, errors } = await insist(() => souk.graphql(`{ ${ask} }`, {}, token));
  if (errors) return toldIn(errors, status);
  return { outcome: isNothing(Object.values(data)[0]) ? 'nothing' : 'seen' };
}

/** The answer to a mutation, whether it is refused in its payload or as a request. */
export async function askMutation(
  souk: RunningSouk,
  ask: string,
  token: string | null,
): Promise<Told> {
  // The one payload without failures of its own.
  const failures = /^logout\b/.test(ask) ? '' : 'errors { ... on UserError { code message } }';
  const query = `mutation { ${ask} { __typename ${failures} } }`;
  const { status, data, errors } = await souk.graphql(query, {}, token);
  if (errors) return toldIn(errors, status);
  const [payload] = Object.values(data) as { errors?: { code: string; message: string }[] }[];
  const [failure] = payload?.errors ?? [];
  return failure ? { outcome: failure.code, words: failure.message } : { outcome: 'done' };
}

/** Whether a subscription is open, as its first event tells, or why it is not. */
export async function askSubscription(
  { url }: RunningSouk,
  ask: string,
  token: string | null,
): Promise<Told> {
  const stop = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: `subscription { ${ask} { __typename } }` }),
    signal: stop.signal,
  });
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const [, said] = /^data: ?(\{.*\})$/m.exec(text) ?? [];
      if (said === undefined) continue;
      const { errors } = JSON.parse(said);
      return errors ? toldIn(errors, response.status) : { outcome: 'open' };
    }
  } finally {
    stop.abort();
  }
  const { errors } = JSON.parse(text);
  return toldIn(errors, response.status);
}
