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

/** Likewise `constructor` is only there when it is the object's own. */
export const ownProperty = (source: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(source, key) ? source[key] : undefined;
