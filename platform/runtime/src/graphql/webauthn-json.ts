import { GraphQLError, GraphQLScalarType, valueFromASTUntyped } from 'graphql';

/** Attestations are the longest: a certificate chain or two. */
const MAX_TEXT_LENGTH = 16_384;
const MAX_TRANSPORTS = 10;

const TEXTS = ['id', 'rawId', 'type', 'authenticatorAttachment'];
const TEXTS_OF_RESPONSE = [
  'clientDataJSON',
  'attestationObject',
  'authenticatorData',
  'signature',
  'userHandle',
];

type Members = Record<string, unknown>;

/**
 * What `navigator.credentials` gave a client, as `PublicKeyCredential.toJSON()` writes it. As input, only a
 * credential's known members are accepted, copied into a new object: a scalar that accepted any JSON would
 * bypass every check of input types. Whether it proves anything is up to the subgraph. As output, it passes
 * the options of a ceremony unchanged.
 */
export const WebAuthnJson = new GraphQLScalarType({
  name: 'WebAuthnJSON',
  serialize: membersOf,
  parseValue: credentialIn,
  parseLiteral: (node, variables) => credentialIn(valueFromASTUntyped(node, variables)),
});

function credentialIn(value: unknown): Members {
  const given = membersOf(value);
  const response = ownOf(given, 'response');
  return {
    ...textsOf(given, TEXTS),
    ...(response === undefined ? {} : { response: responseIn(membersOf(response)) }),
    // None is requested, so none is passed on.
    clientExtensionResults: {},
  };
}

function responseIn(given: Members): Members {
  const transports = ownOf(given, 'transports');
  const known = Array.isArray(transports)
    ? transports.slice(0, MAX_TRANSPORTS).filter((transport) => isText(transport))
    : undefined;
  return { ...textsOf(given, TEXTS_OF_RESPONSE), ...(known ? { transports: known } : {}) };
}

const textsOf = (given: Members, names: readonly string[]): Members =>
  Object.fromEntries(
    names.flatMap((name) => {
      const text = ownOf(given, name);
      return isText(text) ? [[name, text]] : [];
    }),
  );

const ownOf = (given: Members, name: string): unknown =>
  Object.hasOwn(given, name) ? given[name] : undefined;

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_TEXT_LENGTH;

function membersOf(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GraphQLError('WebAuthnJSON must be an object.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return value as Members;
}
