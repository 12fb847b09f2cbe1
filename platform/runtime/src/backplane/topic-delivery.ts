import type { Logger } from '../process/logging.ts';

/** A listener's failure is its own: it is logged and keeps no message from the next listener. */
export const deliverSafely =
  (topic: string, listener: (payload: unknown) => void, logger: Logger) => (payload: unknown) => {
    try {
      listener(payload);
    } catch (error) {
      logger.error({ err: error, topic }, 'A listener of a topic failed');
    }
  };
