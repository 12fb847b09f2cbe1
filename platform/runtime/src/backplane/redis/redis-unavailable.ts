import { serviceUnavailable } from '../../domain/errors/common-errors.ts';

/**
 * Replies by which a server says that it, or its part of the cluster, cannot serve right now; and those of one whose
 * memory or disk is full, that is busy with somebody's script, or whose password and rights are being changed. Before
 * Redis 7 a script passes on what its command was answered.
 */
const NOT_NOW =
  /^(ERR Error running script.* -)?(LOADING|MASTERDOWN|CLUSTERDOWN|READONLY|TRYAGAIN|NOREPLICAS|OOM|MISCONF|BUSY|NOAUTH|WRONGPASS|NOPERM)\b/;

/** Passes a command's answer on; when Redis is away it throws the expected SERVICE_UNAVAILABLE. */
export const orUnavailable = async <T>(command: Promise<T>): Promise<T> => {
  try {
    return await command;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError' && !NOT_NOW.test(error.message)) {
      throw error;
    }
    throw Object.assign(serviceUnavailable(), { cause: error });
  }
};
