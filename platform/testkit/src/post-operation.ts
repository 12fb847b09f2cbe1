import type { GivenAnswer } from './answered.ts';

export interface PostedAnswer extends GivenAnswer {
  readonly status: number;
  readonly headers: Headers;
}

/** Sends an operation to a gateway, of which `url` is the address without a path. */
export async function postOperation(
  url: string,
  query: string,
  variables: object = {},
  token: string | null = null,
  headers: Readonly<Record<string, string>> = {},
): Promise<PostedAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as GivenAnswer;
  return { status: response.status, headers: response.headers, ...answer };
}
