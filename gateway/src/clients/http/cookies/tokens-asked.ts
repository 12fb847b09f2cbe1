import { argumentOf } from '@souk/engine';
import {
  type FieldNode,
  type GraphQLNamedType,
  getNamedType,
  isObjectType,
  Kind,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Operation } from '../../../pipeline/operation.ts';

/** What a session's cookies are made of, by the names in the schema. */
export const TOKEN_FIELDS = [
  'accessToken',
  'accessTokenExpiresAt',
  'refreshToken',
  'refreshTokenExpiresAt',
] as const;

const TOKENS = 'Tokens';
const REFRESHES = 'refreshSession';
/** Fields that end the session of the viewer. */
const ENDS_SESSION: ReadonlySet<string> = new Set(['logout']);

/** How a mutation uses tokens. */
export interface TokensAsked {
  /** At least one of its payloads may contain tokens. */
  readonly givesTokens: boolean;
  /** Every payload with tokens selects all of them literally: without aliases, fragments or conditions. */
  readonly isPlain: boolean;
  /** The variable that is used as the refresh token, and for nothing else. */
  readonly refreshVariable: string | null;
  /**
   * The cookie's token would end up where the page can read it: its variable is used elsewhere, or under a
   * condition.
   */
  readonly leaksVariable: boolean;
  /** The response names of fields that end the session. */
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

function readTokensAsked({ supergraph, document, definition }: Operation): TokensAsked {
  const schema = supergraph.engine.apiSchema;
  const info = new TypeInfo(schema);
  const endsSessionAs = new Set<string>();
  const uses = new Map<string, number>();
  const refreshing: FieldNode[] = [];
  let [giving, selections] = [0, 0];
  visit(
    document,
    visitWithTypeInfo(info, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void uses.set(name.value, (uses.get(name.value) ?? 0) + 1),
      Field: (field) => {
        const type = info.getType();
        const named = type ? getNamedType(type) : undefined;
        if (named?.name === TOKENS) selections += 1;
        if (info.getParentType() !== schema.getMutationType()) return;
        const name = field.name.value;
        if (hasTokens(named)) giving += 1;
        if (ENDS_SESSION.has(name)) endsSessionAs.add(field.alias?.value ?? name);
        if (name === REFRESHES) refreshing.push(field);
      },
    }),
  );
  const plain = definition.selectionSet.selections.filter(asksPlainly).length;
  const refreshVariable = refreshing.map(variableOf).find((name) => name !== null) ?? null;
  const isAlone = refreshing.length === 1 && refreshing[0]?.directives?.length === 0;
  return {
    givesTokens: giving > 0,
    isPlain: plain === giving && plain === selections,
    refreshVariable,
    leaksVariable: refreshVariable !== null && !(isAlone && uses.get(refreshVariable) === 1),
    endsSessionAs,
  };
}

/** A root field with a single, unconditional selection of all tokens, each under its own name. */
function asksPlainly(node: SelectionNode): boolean {
  if (node.kind !== Kind.FIELD || node.directives?.length) return false;
  const tokens = (node.selectionSet?.selections ?? []).filter(
    (inner): inner is FieldNode => inner.kind === Kind.FIELD && inner.name.value === 'tokens',
  );
  const [only] = tokens;
  if (tokens.length !== 1 || !only || only.alias || only.directives?.length) return false;
  const fields = only.selectionSet?.selections ?? [];
  const areBare = fields.every(
    (field) => field.kind === Kind.FIELD && !field.alias && !field.directives?.length,
  );
  const names = fields.map((field) => (field.kind === Kind.FIELD ? field.name.value : ''));
  return areBare && TOKEN_FIELDS.every((name) => names.includes(name));
}

function variableOf(field: FieldNode): string | null {
  const token = argumentOf(field, 'refreshToken');
  return token?.kind === Kind.VARIABLE ? token.name.value : null;
}

const hasTokens = (payload: GraphQLNamedType | undefined): boolean => {
  const field = isObjectType(payload) ? payload.getFields().tokens : undefined;
  return field !== undefined && getNamedType(field.type).name === TOKENS;
};
