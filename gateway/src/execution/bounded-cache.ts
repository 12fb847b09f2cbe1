/** A map that forgets what was used longest ago once it holds more than `size` entries. */
export interface BoundedCache<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  readonly size: number;
}

export function createBoundedCache<Key, Value>(size: number): BoundedCache<Key, Value> {
  // Two generations instead of an ordered list: a hit costs one lookup, and only entries that were
  // not asked for during a whole generation are dropped.
  const half = Math.max(1, Math.ceil(size / 2));
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();
  const add = (key: Key, value: Value): void => {
    young.set(key, value);
    if (young.size >= half) {
      old = young;
      young = new Map();
    }
  };
  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const aged = old.get(key);
      if (aged !== undefined) add(key, aged);
      return aged;
    },
    set: add,
    get size() {
      return young.size + old.size;
    },
  };
}
