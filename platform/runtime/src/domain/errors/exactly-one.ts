import { DomainError } from './domain-error.ts';

/**
 * Requires exactly one of several alternative arguments. Composition refuses GraphQL's `@oneOf`, so this is
 * the one place that enforces it.
 *
 * @param alternatives the values given, by name; null and undefined count as missing
 * @param path where in the input they are, when they are not arguments themselves
 * @throws EXACTLY_ONE_REQUIRED
 */
export function assertExactlyOne(
  alternatives: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[] = [],
): void {
  const names = Object.keys(alternatives);
  const given = names.filter((name) => alternatives[name] != null);
  if (given.length === 1) return;
  const all = names.map((name) => `\`${name}\``).join(', ');
  // Of too many, the last is the one to remove; of none, the first is the one to give.
  const place = given.at(-1) ?? names[0];
  throw new DomainError('EXACTLY_ONE_REQUIRED', 'INVALID', `Give exactly one of ${all}.`, {
    path: place === undefined ? path : [...path, place],
  });
}
