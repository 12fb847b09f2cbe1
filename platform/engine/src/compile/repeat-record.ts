/** How often looking has paid off, which decides whether it goes on. Kept with the operation. */
export interface RepeatRecord {
  tries: number;
  hits: number;
  passes: number;
}

export const createRepeatRecord = (): RepeatRecord => ({ tries: 0, hits: 0, passes: 0 });
