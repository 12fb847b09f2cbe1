/** The reason of a failure, as it is stored with what could not be sent. */
export const whyOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
