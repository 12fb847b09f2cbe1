import { createHash } from 'node:crypto';

const names = new Map<string, string>();

/**
 * Has each connection prepare a statement once: PostgreSQL reads and plans it no more when it is sent again. For what is
 * asked all the time, and is planned alike whatever its values are; its text must be one of few.
 */
export function prepared<Statement extends string | { readonly text: string }>(
  statement: Statement,
): Statement {
  const text = typeof statement === 'string' ? statement : statement.text;
  if (!names.has(text)) names.set(text, createHash('sha256').update(text).digest('base64url'));
  return statement;
}

/** The name under which a statement is prepared; undefined for one that is not. */
export const nameOfPrepared = (text: string): string | undefined => names.get(text);
