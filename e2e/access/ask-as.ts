import type { RunningSouk } from '../running-souk.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Fields = any;

/** Asks one mutation with its input as somebody; gives its payload, and throws when it was refused. */
export type Done = (
  token: string | null,
  field: string,
  args: string,
  selection: string,
) => Promise<Fields>;

export const doneBy =
  (souk: RunningSouk): Done =>
  async (token, field, args, selection) => {
    const call = args === '' ? field : `${field}(${args})`;
    const query = `mutation { ${call} { ${selection} errors { __typename ... on UserError { code message path } } } }`;
    const { [field]: payload } = await souk.ask(query, {}, token);
    if (payload.errors.length > 0) throw new Error(`${field}: ${JSON.stringify(payload.errors)}`);
    return payload;
  };

/** What a query gives. */
export const readAs = (souk: RunningSouk, token: string, query: string): Promise<Fields> =>
  souk.ask(query, {}, token);
