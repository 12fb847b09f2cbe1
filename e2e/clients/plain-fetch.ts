import { type ClientOptions, codesOf, type TestedClient } from './client-contract.ts';

/** Queries and mutations without a library, for clients that only do subscriptions. */
export const askByFetch =
  ({ url, token }: ClientOptions): TestedClient['ask'] =>
  async (query, variables = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as {
      data?: unknown;
      errors?: { extensions: Record<string, unknown> }[];
    };
    return { data, codes: codesOf(errors) };
  };
