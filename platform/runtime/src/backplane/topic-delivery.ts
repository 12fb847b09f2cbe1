import type { Logger } from '../process/logging.ts';

/** Errors of one listener are logged and keep no message from the next listener. */
export const deliverSafely =
  (topic: string, listener: (payload: unknown) => void, logger: Logger) => (payload: unknown) => {
    try {
      listener(payload);
    } catch (error) {
      logger.error({ err: error, topic }, 'A listener of a topic failed');
    }
  };
