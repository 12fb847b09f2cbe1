/**
 * A map that forgets the least recently used entries once it holds more than `size` of them, or once its
 * values weigh more than `size` in total. It accepts no key of more than LONGEST_KEY characters: clients
 * choose the keys and could fill the memory with them.
 */
export interface BoundedCache<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  readonly size: number;
  /** All entries, each once, in no meaningful order. */
  values(): Iterable<Value>;
}

/** Far longer than any operation within the usual limits. */
export const LONGEST_KEY = 16_384;

export function createBoundedCache<Key, Value>(
  size: number,
  weightOf: (value: Value) => number = () => 1,
): BoundedCache<Key, Value> {
  // Two generations instead of an ordered list: a hit costs one lookup, and only entries that were not used
  // during a whole generation are dropped.
  const half = Math.max(1, Math.ceil(size / 2));
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();
  let weight = 0;
  const add = (key: Key, value: Value): void => {
    const replaced = young.get(key);
    if (replaced !== undefined) weight -= weightOf(replaced);
    young.set(key, value);
    weight += weightOf(value);
    if (weight >= half) {
      old = young;
      young = new Map();
      weight = 0;
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
    set(key, value) {
      if (typeof key !== 'string' || key.length <= LONGEST_KEY) add(key, value);
    },
    get size() {
      return young.size + old.size;
    },
    values: () => new Map([...old, ...young]).values(),
  };
}
