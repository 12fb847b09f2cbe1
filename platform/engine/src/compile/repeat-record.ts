/** How often looking for repeats has paid off, which decides whether to continue. Kept with the operation. */
export interface RepeatRecord {
  tries: number;
  hits: number;
  passes: number;
}

export const createRepeatRecord = (): RepeatRecord => ({ tries: 0, hits: 0, passes: 0 });
