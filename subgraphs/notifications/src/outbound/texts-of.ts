/** Reads a setting of several parts, each a non-empty text; throws with the name of a missing part. */
export function textsOf<Name extends string>(
  value: unknown,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const read = (name: Name) => {
    const text = given[name];
    if (typeof text !== 'string' || text === '') throw new Error(`must have the text "${name}".`);
    return [name, text];
  };
  return Object.fromEntries(names.map(read)) as Record<Name, string>;
}
