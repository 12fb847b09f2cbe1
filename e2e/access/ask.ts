import type { RunningSouk } from '../running-souk.ts';
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

/** What a query of one root field is answered with. */
export async function outcomeOfQuery(
  souk: RunningSouk,
  ask: string,
  token: string | null,
): Promise<Outcome> {
  const { data, errors } = await souk.graphql(`{ ${ask} }`, {}, token);
  if (errors) return errors[0]?.extensions.code ?? 'ERROR';
  return isNothing(Object.values(data)[0]) ? 'nothing' : 'seen';
}

/** What a mutation is answered with, whether its refusal is a failure of the form or of the request. */
export async function outcomeOfMutation(
  souk: RunningSouk,
  ask: string,
  token: string | null,
): Promise<Outcome> {
  // The one payload without failures of its own.
  const failures = /^logout\b/.test(ask) ? '' : 'errors { ... on UserError { code } }';
  const query = `mutation { ${ask} { __typename ${failures} } }`;
  const { data, errors } = await souk.graphql(query, {}, token);
  if (errors) return errors[0]?.extensions.code ?? 'ERROR';
  const [payload] = Object.values(data) as { errors?: { code: string }[] }[];
  return payload?.errors?.[0]?.code ?? 'done';
}

/** Whether a subscription is open, as its first event tells, or why it is not. */
export async function outcomeOfSubscription(
  { url }: RunningSouk,
  ask: string,
  token: string | null,
): Promise<Outcome> {
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
      return errors ? (errors[0].extensions.code ?? 'ERROR') : 'open';
    }
  } finally {
    stop.abort();
  }
  const { errors } = JSON.parse(text);
  return errors[0].extensions.code;
}
