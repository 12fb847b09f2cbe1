/** Why no subgraph was written; every sentence says what to do instead. */
export class ScaffoldError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ScaffoldError';
  }
}
