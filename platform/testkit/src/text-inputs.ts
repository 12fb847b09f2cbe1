import { argumentOf, TEXT_DIRECTIVES } from '@souk/runtime/graphql';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from 'graphql';

/** A text that a field takes, and where in its arguments it stands. */
export interface TextInput {
  readonly parent: string;
  readonly field: GraphQLField<unknown, unknown>;
  /** Names of arguments and input fields; `0` for the first item of a list. */
  readonly path: readonly string[];
  readonly description: string;
  /** The directive that says its rule, and its bound; null where the schema says none. */
  readonly rule: { readonly name: string; readonly max: number } | null;
}

type Input = GraphQLArgument | GraphQLInputField;

/** Where a page goes on: verified, not read (`SignedCursors`). */
const isCursor = ({ name }: Input) => name === 'after' || name === 'before';

/** Every text that a client can send to this schema, by every way there is. */
export function textInputsOf(schema: GraphQLSchema): TextInput[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith('_')) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.name.startsWith('_')
        ? []
        : field.args.flatMap((argument) =>
            isCursor(argument)
              ? []
              : textsIn(argument, []).map((text) => ({ ...text, parent: type.name, field })),
          ),
    );
  });
}

function textsIn(
  input: Input,
  above: readonly string[],
  within: readonly string[] = [],
): Pick<TextInput, 'path' | 'description' | 'rule'>[] {
  const type = getNamedType(input.type);
  const path = [...above, input.name, ...(isList(input.type) ? ['0'] : [])];
  if (isInputObjectType(type)) {
    if (within.includes(type.name)) return [];
    return Object.values(type.getFields()).flatMap((inner) =>
      textsIn(inner, path, [...within, type.name]),
    );
  }
  if (type.name !== 'String') return [];
  return [{ path, description: input.description ?? '', rule: ruleOf(input) }];
}

const isList = (type: GraphQLInputType): boolean =>
  isListType(isNonNullType(type) ? type.ofType : type);

function ruleOf({ astNode }: Input): TextInput['rule'] {
  const directive = astNode?.directives?.find(({ name }) => name.value in TEXT_DIRECTIVES);
  const max = argumentOf(directive, 'max');
  return directive && max?.kind === Kind.INT
    ? { name: directive.name.value, max: Number(max.value) }
    : null;
}

const EXAMPLES: Record<string, unknown> = {
  String: 'a',
  ID: 'x',
  Int: 1,
  Float: 1,
  Boolean: true,
  SafeInt: 1,
  WebAuthnJSON: {},
  UUID: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  EmailAddress: 'somebody@souk.test',
  Currency: 'EUR',
  CountryCode: 'PT',
  Locale: 'en',
  TimeZone: 'Europe/Lisbon',
  LocalTime: '10:00:00',
  URL: 'https://souk.test/',
  EventCursor: 'x',
};

/**
 * A value that GraphQL takes for the type, with no more than needed, and the text at the path; undefined
 * where the path leads elsewhere.
 */
function exampleOf(
  type: GraphQLInputType,
  path: readonly string[] | undefined,
  text: string,
): unknown {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner)) return [exampleOf(inner.ofType, path?.slice(1), text)];
  if (isInputObjectType(inner)) {
    const [next, ...rest] = path ?? [];
    return Object.fromEntries(
      Object.values(inner.getFields())
        .filter(({ name, type: needed }) => name === next || isNonNullType(needed))
        .map(({ name, type: needed }) => [
          name,
          exampleOf(needed, name === next ? rest : undefined, text),
        ]),
    );
  }
  if (path?.length === 0) return text;
  if (isEnumType(inner)) return inner.getValues()[0]?.value;
  return inner.name === 'DateTime' ? new Date(0).toISOString() : EXAMPLES[inner.name];
}

/** The operation that sends a text by its way, reaching fields that hang on an entity by its id. */
export function operationWith(
  { parent, field, path }: TextInput,
  text: string,
  ids: Readonly<Record<string, string>> = {},
): { query: string; variables: Record<string, unknown> } {
  const [argument, ...rest] = path;
  const given = field.args.filter(({ name, type }) => name === argument || isNonNullType(type));
  const variables = Object.fromEntries(
    given.map(({ name, type }) => [
      name,
      exampleOf(type, name === argument ? rest : undefined, text),
    ]),
  );
  const declared = given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const called = `${field.name}(${given.map(({ name }) => `${name}: $${name}`).join(', ')})`;
  const type = getNamedType(field.type);
  const hasErrors = isObjectType(type) && 'errors' in type.getFields();
  const selection = !('getFields' in type || 'getTypes' in type)
    ? ''
    : hasErrors
      ? '{ errors { ... on UserError { code path } } }'
      : '{ __typename }';
  const root = { Query: 'query', Mutation: 'mutation', Subscription: 'subscription' }[parent];
  if (root) return { query: `${root} (${declared}) { ${called} ${selection} }`, variables };
  const entity = `{ __typename: "${parent}", id: "${ids[parent] ?? 'x'}" }`;
  return {
    query: `query (${declared}) { _entities(representations: [${entity}]) {
      ... on ${parent} { ${called} ${selection} } } }`,
    variables,
  };
}
