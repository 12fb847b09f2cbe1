import { isUnavailable } from '@souk/runtime/persistence';

/** The mutant: a limit of time that ran out is like a server that is away, however often it does. */
export const waitForWhateverIsUnavailable = (error: unknown): boolean => !isUnavailable(error);
