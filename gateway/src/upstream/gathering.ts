/** The longest time, in milliseconds, for which a request waits for the answer to earlier ones. */
const LONGEST_WAIT_MS = 20;

/** Viewers who ask for the same thing. */
interface Line<Asking> {
  readonly waiting: Asking[];
  underWay: number;
  longestWait?: NodeJS.Timeout | undefined;
}

/**
 * Gathers equal requests: those of one turn of the event loop and, while earlier ones wait for their answer,
 * those made until it arrives. A single viewer never waits, and a crowd makes about as many requests as can
 * be answered one after the other.
 */
export function createGathering<Asking>(options: {
  readonly questionOf: (asking: Asking) => string;
  readonly atMost: number;
  /** Resolves when the first answer is there, or there will be none; never rejects. */
  readonly send: (together: readonly Asking[]) => Promise<void>;
}): (asking: Asking) => void {
  const { questionOf, atMost, send } = options;
  const lines = new Map<string, Line<Asking>>();

  const go = (question: string, line: Line<Asking>): void => {
    clearTimeout(line.longestWait);
    line.longestWait = undefined;
    while (line.waiting.length > 0) {
      line.underWay += 1;
      void send(line.waiting.splice(0, atMost)).then(() => {
        line.underWay -= 1;
        if (line.waiting.length > 0) go(question, line);
        else if (line.underWay === 0) lines.delete(question);
      });
    }
  };

  return (asking) => {
    const question = questionOf(asking);
    const line: Line<Asking> = lines.get(question) ?? { waiting: [], underWay: 0 };
    lines.set(question, line);
    line.waiting.push(asking);
    if (line.waiting.length > 1) return;
    const goOn = (): void => go(question, line);
    if (line.underWay === 0) setImmediate(goOn);
    else line.longestWait = setTimeout(goOn, LONGEST_WAIT_MS);
  };
}
