/** The naive delivery: a part is told as soon as it has been announced, whatever of it is there. */
export const toldBeforeFetched = (): boolean => true;
