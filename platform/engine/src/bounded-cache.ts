/**
 * A map that forgets what was used longest ago once it holds more than `size` entries, or values that
 * weigh more than `size` together. It takes no key of more than LONGEST_KEY characters: clients choose them, and could fill the memory.
 */
export interface BoundedCache<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  readonly size: number;
  /** All that is kept, each once, in no order that means anything. */
  values(): Iterable<Value>;
}

/** Far longer than an operation within the usual limits. */
export const LONGEST_KEY = 16_384;

export function createBoundedCache<Key, Value>(
  size: number,
  weightOf: (value: Value) => number = () => 1,
): BoundedCache<Key, Value> {
  // Two generations instead of an ordered list: a hit costs one lookup, and only entries that were
  // not asked for during a whole generation are dropped.
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
