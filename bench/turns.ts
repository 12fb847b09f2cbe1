/** Something that runs, and is stopped as long as it is not its turn. */
export interface TakesTurns {
  takeTurn(milliseconds: number): Promise<void>;
}

const TURN_MS = 500;

/**
 * So many milliseconds for each, in short turns. A shared machine doubles its speed and halves it
 * again within seconds; measured one after the other, two would be measured on two machines.
 */
export async function takeTurns(all: readonly TakesTurns[], milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += TURN_MS) {
    for (const one of all) await one.takeTurn(TURN_MS);
  }
}
