/** Response keys come from clients: `__proto__` must become a property like any other. */
export const setOwnProperty = (
  target: Record<string, unknown>,
  key: string,
  value: unknown,
): void => {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
};

/** A property such as `constructor` exists only when it is the object's own. */
export const ownProperty = (source: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(source, key) ? source[key] : undefined;

/**
 * A copy without inherited properties, for objects whose keys clients choose, such as variables, before they
 * are passed to code that reads `values[name]`, as graphql-js does.
 */
export const withoutPrototype = (
  source: Readonly<Record<string, unknown>>,
): Record<string, unknown> => Object.assign(Object.create(null), source);
