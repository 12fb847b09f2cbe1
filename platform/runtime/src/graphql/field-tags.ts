import type { DirectiveNode } from 'graphql';

/** The names of the tags (`@tag(name:)`) that a definition has. */
export const tagsOf = (
  element: { directives?: readonly DirectiveNode[] } | null | undefined,
): string[] =>
  (element?.directives ?? []).flatMap(({ name, arguments: given }) => {
    const value = given?.[0]?.value;
    return name.value === 'tag' && value?.kind === 'StringValue' ? [value.value] : [];
  });
