import {
  type GraphQLNamedType,
  getNamedType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Operation } from '../../../pipeline/operation.ts';

/** What a session's cookies are made of, by the names of the contract. */
export const TOKEN_FIELDS = [
  'accessToken',
  'accessTokenExpiresAt',
  'refreshToken',
  'refreshTokenExpiresAt',
] as const;

const TOKENS = 'Tokens';
/** Fields after which the session of who asked is over. */
const ENDS_SESSION: ReadonlySet<string> = new Set(['logout']);

/** How a mutation deals with tokens. */
export interface TokensAsked {
  /** One of its payloads may have tokens. */
  readonly givesTokens: boolean;
  /** What it selects of them. */
  readonly fields: ReadonlySet<string>;
  /** Some of that goes by another name. */
  readonly hasAliases: boolean;
  /** The variable that stands for the refresh token. */
  readonly refreshVariable: string | null;
  /** The names in the answer of what ends the session. */
  readonly endsSessionAs: ReadonlySet<string>;
}

const known = new WeakMap<Operation, TokensAsked>();

export function tokensAskedBy(operation: Operation): TokensAsked {
  const before = known.get(operation);
  if (before) return before;
  const asked = readTokensAsked(operation);
  known.set(operation, asked);
  return asked;
}

function readTokensAsked({ supergraph, document }: Operation): TokensAsked {
  const schema = supergraph.engine.apiSchema;
  const info = new TypeInfo(schema);
  const fields = new Set<string>();
  const endsSessionAs = new Set<string>();
  let [givesTokens, hasAliases] = [false, false];
  let refreshVariable: string | null = null;
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: ({ name: { value: name }, alias, arguments: given = [] }) => {
        const parent = info.getParentType();
        const type = info.getType();
        const named = type ? getNamedType(type) : undefined;
        const isOfTokens = parent?.name === TOKENS;
        if (isOfTokens) fields.add(name);
        if ((isOfTokens || named?.name === TOKENS) && alias && alias.value !== name) {
          hasAliases = true;
        }
        if (parent !== schema.getMutationType()) return;
        givesTokens ||= hasTokens(named);
        if (ENDS_SESSION.has(name)) endsSessionAs.add(alias?.value ?? name);
        const token = given.find((argument) => argument.name.value === 'refreshToken')?.value;
        if (token?.kind === Kind.VARIABLE) refreshVariable = token.name.value;
      },
    }),
  );
  return { givesTokens, fields, hasAliases, refreshVariable, endsSessionAs };
}

const hasTokens = (payload: GraphQLNamedType | undefined): boolean => {
  const field = isObjectType(payload) ? payload.getFields().tokens : undefined;
  return field !== undefined && getNamedType(field.type).name === TOKENS;
};
