/** Milliseconds for which others wait at most for an answer to those before them. */
const LONGEST_WAIT_MS = 20;

/** Those who ask the same thing. */
interface Line<Asking> {
  readonly waiting: Asking[];
  underWay: number;
  longestWait?: NodeJS.Timeout | undefined;
}

/**
 * Gathers those who ask the same: of one turn of the event loop, and, while others who ask it wait for their answer, until that is there.
 * So who comes alone waits for nobody, and a crowd makes about as many requests as are answered one after the other.
 */
export function createGathering<Asking>(options: {
  readonly questionOf: (asking: Asking) => string;
  readonly atMost: number;
  /** Resolves when the first answer is there, or none will be; does not reject. */
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
