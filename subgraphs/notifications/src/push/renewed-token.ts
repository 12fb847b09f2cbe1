import type { Clock } from '@souk/runtime/domain';

/** A token that a push service takes for a while. */
export interface RenewedToken {
  get(): Promise<string>;
  /** This one was refused: the next that is asked for is made anew, once for all who were refused with it. */
  forget(refused: string): void;
}

/** Has one token made at a time, and used for as long as it says. */
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
