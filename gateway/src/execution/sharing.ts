/**
 * Lets equal work that is in flight be done once: the first asker starts it, later ones wait for
 * the same promise. Nothing is kept once it has settled.
 */
export interface InFlight<Value> {
  run(key: string, start: () => Promise<Value>): Promise<Value>;
  readonly size: number;
}

export function createInFlight<Value>(): InFlight<Value> {
  const running = new Map<string, Promise<Value>>();
  return {
    run(key, start) {
      const before = running.get(key);
      if (before) return before;
      const started = start().finally(() => running.delete(key));
      running.set(key, started);
      return started;
    },
    get size() {
      return running.size;
    },
  };
}
