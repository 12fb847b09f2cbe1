import { ApolloLink, ServerError } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { tap } from 'rxjs';

/**
 * For Apollo Client, before the terminating link: a subscription that is sent again, by whatever code,
 * continues after its last event.
 */
export const keepPlace = () =>
  new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      tap(({ extensions }) => {
        const { variables } = operation;
        if (extensions?.cursor) variables.after = extensions.cursor;
      }),
    ),
  );

/**
 * Sends a subscription again when its connection is lost, which Apollo Client does not do by itself
 * over HTTP; one that was refused stays refused. Put it before `keepPlace`.
 */
export const reconnect = ({ firstMs = 300, longestMs = 5_000 } = {}) =>
  new RetryLink({
    delay: { initial: firstMs, max: longestMs, jitter: true },
    attempts: (_count, operation, error) =>
      operation.operationType === 'subscription' &&
      !(ServerError.is(error) && error.statusCode < 500),
  });
