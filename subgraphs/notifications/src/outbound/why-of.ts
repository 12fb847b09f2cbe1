/** What a failure says of itself, as it is written down beside what could not be sent. */
export const whyOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
