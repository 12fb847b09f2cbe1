import { GraphQLError } from 'graphql';

/**
 * Takes out the names that graphql-js suggests at the end of a message about an unknown one: where
 * the schema is not told, neither are its names, whatever the message is about.
 */
export const withoutSuggestion = (message: string): string =>
  message.replace(/ ?Did you mean.+?\?$/s, '');

/** The same for an error with all that it says besides. */
export const errorWithoutSuggestion = (error: GraphQLError): GraphQLError => {
  const message = withoutSuggestion(error.message);
  if (message === error.message) return error;
  const { nodes, source, positions, path, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
};
