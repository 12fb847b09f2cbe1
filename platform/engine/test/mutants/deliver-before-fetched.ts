/** The naive delivery: a part is delivered as soon as it has been announced, whatever of it is there. */
export const deliverBeforeFetched = (): boolean => true;
