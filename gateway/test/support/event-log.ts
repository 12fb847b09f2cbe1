/** The store of a room's subgraph: numbered events, replayed from anywhere and then live. */
export interface EventLog {
  readonly head: number;
  /** Subscribers now. */
  readonly subscribers: number;
  say(text: string, authorId?: string): void;
  follow(after: number): AsyncGenerator<Record<string, unknown>>;
}

export function createEventLog(): EventLog {
  const events: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  let subscribers = 0;
  return {
    get head() {
      return events.length;
    },
    get subscribers() {
      return subscribers;
    },
    say: (text, authorId) => {
      const cursor = String(events.length + 1);
      events.push({
        __typename: 'Said',
        cursor,
        text,
        author: authorId ? { __typename: 'User', id: authorId } : null,
      });
      for (const wake of waiting) wake();
      waiting.clear();
    },
    follow: (after) => {
      let stop = () => {};
      let stopped = false;
      const generator = (async function* () {
        subscribers += 1;
        try {
          let position = after;
          const goal = events.length;
          let caughtUp = false;
          while (!stopped) {
            if (!caughtUp && position >= goal) {
              caughtUp = true;
              yield {
                __typename: 'CaughtUp',
                cursor: String(position),
                replayed: position - after,
              };
            }
            const event = events[position];
            if (event) {
              position += 1;
              yield event;
              continue;
            }
            await new Promise<void>((resolve) => {
              stop = resolve;
              waiting.add(resolve);
            });
          }
        } finally {
          subscribers -= 1;
        }
      })();
      const end = generator.return.bind(generator);
      generator.return = (value) => {
        stopped = true;
        stop();
        return end(value);
      };
      return generator;
    },
  };
}
