import type { Clock } from '@souk/runtime/domain';

/** A token that a push service accepts for a while. */
export interface RenewedToken {
  get(): Promise<string>;
  /**
   * The service refused this token: the next request creates a new one, once for all requests that it
   * refused.
   */
  forget(refused: string): void;
}

/** Creates one token at a time, and uses it until it expires. */
export function renewedToken(
  make: () => Promise<{ token: string; validMs: number }>,
  clock: Clock,
): RenewedToken {
  interface Known {
    token: Promise<string>;
    text: string | null;
    until: number;
  }
  let known: Known | null = null;
  return {
    get: () => {
      if (known && known.until > clock().getTime()) return known.token;
      const making: Known = {
        text: null,
        token: make().then(
          ({ token, validMs }) => {
            making.until = clock().getTime() + validMs;
            making.text = token;
            return token;
          },
          (error) => {
            if (known === making) known = null;
            throw error;
          },
        ),
        until: Number.POSITIVE_INFINITY,
      };
      known = making;
      return making.token;
    },
    forget: (refused) => {
      if (known?.text === refused) known = null;
    },
  };
}
