import { type DocumentNode, visit } from 'graphql';
import { badInput } from '../domain/errors/common-errors.ts';

/** Text that PostgreSQL can store unchanged: without NUL and without half a surrogate pair. */
export const isStorableText = (text: string): boolean =>
  !text.includes('\0') && text.isWellFormed();

/** Throws `BAD_USER_INPUT` when any text in the variables cannot be stored unchanged. */
export function assertStorableVariables(
  value: unknown,
  path: readonly (string | number)[] = [],
): void {
  if (typeof value === 'string') {
    if (!isStorableText(value)) throw unstorable(path);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) assertStorableVariables(item, [...path, index]);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) assertStorableVariables(item, [...path, key]);
  }
}

/** Refuses texts in the operation itself that PostgreSQL cannot store. */
export function assertStorableLiterals(document: DocumentNode): void {
  visit(document, {
    StringValue: ({ value }) => {
      if (!isStorableText(value)) throw unstorable([]);
    },
  });
}

const unstorable = (path: readonly (string | number)[]) =>
  badInput(
    'The text contains a character that cannot be stored (NUL or half a surrogate pair).',
    path,
  );
