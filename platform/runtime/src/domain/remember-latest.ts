/**
 * Remembers what was made for the latest keys asked for. Clients choose such keys, so there may be any
 * number of them: those that nobody asked for longest make room.
 *
 * @param max for how many keys it is remembered
 * @param make gives the value of a key; when it throws, nothing is remembered
 */
export function rememberLatest<Value>(
  max: number,
  make: (key: string) => Value,
): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const value = known.has(key) ? (known.get(key) as Value) : make(key);
    known.delete(key);
    if (known.size >= max) known.delete(known.keys().next().value as string);
    known.set(key, value);
    return value;
  };
}
