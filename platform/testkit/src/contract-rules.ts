import { argumentOf } from '@souk/runtime/graphql';
import {
  buildASTSchema,
  type ConstDirectiveNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
  valueFromASTUntyped,
} from 'graphql';

/** The rules of the public contract that a program can check (docs/contract.md gives the reasons). */
export type ContractRule =
  | 'keys are ids'
  | 'viewer in every subgraph'
  | 'an id makes a node'
  | 'foreign items may be null'
  | 'a payload and a union for each mutation'
  | 'create and update apart'
  | 'money in one input'
  | 'ids say of what'
  | 'lists are plural'
  | 'filters together'
  | 'repeats are reported'
  | 'repeated keys can mismatch'
  | 'texts can be refused'
  | 'versions can conflict'
  | 'toggles are set'
  | 'rights are actions'
  | 'no oneOf';

/** Where a schema breaks a rule. */
export interface Breach {
  readonly rule: ContractRule;
  /** The type, the field (`Type.field`) or the argument (`Type.field(argument:)`). */
  readonly place: string;
  /** Completes the sentence that the place begins. */
  readonly wrong: string;
}

/**
 * What of a subgraph's schema breaks the rules of the contract.
 *
 * @param sdl the whole schema, with the shared types
 */
export function breachesOfContract(sdl: string): Breach[] {
  const schema = buildASTSchema(parse(sdl), { assumeValidSDL: true });
  return [...breachesOfTypes(schema), ...breachesOfMutations(schema), ...breachesOfInputs(schema)];
}

type Field = GraphQLField<unknown, unknown>;
type Input = GraphQLArgument | GraphQLInputField;

const fieldsOf = (type: { getFields(): Record<string, Field> } | null | undefined): Field[] =>
  Object.values(type?.getFields() ?? {});

const directivesOf = ({ astNode, extensionASTNodes }: GraphQLObjectType): ConstDirectiveNode[] =>
  [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? []);

const givenTo = (directive: ConstDirectiveNode, name: string): unknown => {
  const value = argumentOf(directive, name);
  return value && valueFromASTUntyped(value);
};

const keysOf = (type: GraphQLObjectType): ConstDirectiveNode[] =>
  directivesOf(type).filter(({ name }) => name.value === 'key');

const objectsOf = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
  );

/** Whether another subgraph owns the type, and this one knows but its id. */
const isForeign = (type: GraphQLObjectType): boolean => {
  const keys = keysOf(type);
  return keys.length > 0 && keys.every((key) => givenTo(key, 'resolvable') === false);
};

function* breachesOfTypes(schema: GraphQLSchema): Generator<Breach> {
  const viewer = schema.getQueryType()?.getFields().viewer;
  const isShared = viewer?.astNode?.directives?.some(({ name }) => name.value === 'shareable');
  if (!isShared || String(viewer?.type) !== 'Viewer') {
    const wrong = 'is not `Viewer @shareable`, so private screens start a hop later';
    yield { rule: 'viewer in every subgraph', place: 'Query.viewer', wrong };
  }
  for (const type of objectsOf(schema)) {
    const place = type.name;
    for (const key of keysOf(type)) {
      if (givenTo(key, 'fields') === 'id') continue;
      const wrong = `has the key "${givenTo(key, 'fields')}": natural keys are look-ups by root fields`;
      yield { rule: 'keys are ids', place, wrong };
    }
    const isNode = type.getInterfaces().some(({ name }) => name === 'Node');
    if (String(type.getFields().id?.type) === 'ID!' && !isNode && keysOf(type).length === 0) {
      yield { rule: 'an id makes a node', place, wrong: 'has an id and is no Node' };
    }
    yield* breachesOfFields(type);
  }
}

function* breachesOfFields(type: GraphQLObjectType): Generator<Breach> {
  for (const field of fieldsOf(type)) {
    const place = `${type.name}.${field.name}`;
    const list = isNonNullType(field.type) ? field.type.ofType : field.type;
    const item = getNamedType(field.type);
    if (isListType(list) && isNonNullType(list.ofType) && isObjectType(item) && isForeign(item)) {
      const wrong = 'is nulled as a whole when another subgraph misses one of its items';
      yield { rule: 'foreign items may be null', place, wrong };
    }
    if (field.name === 'viewerCan' && !/^\[\w+Action!\]!$/.test(String(field.type))) {
      const wrong = 'is not a list of the actions that are allowed';
      yield { rule: 'rights are actions', place, wrong };
    }
    const filters = field.args.filter(({ name }) => !PAGING.has(name));
    if (/Connection$/.test(item.name) && filters.length > 1) {
      const wrong = `takes ${filters.map(({ name }) => name).join(', ')}: more than one filter is \`filter\``;
      yield { rule: 'filters together', place, wrong };
    }
  }
}

/** What says where a page is and in which order, and the words of a search. */
const PAGING = new Set(['first', 'after', 'last', 'before', 'around', 'sort', 'query', 'filter']);

/** What is wrong with a value of these in a form is an error with its path, not a bad request. */
const CHECKED_SCALARS = /^(EmailAddress|Currency|CountryCode|Locale|TimeZone|URL)$/;

function* breachesOfMutations(schema: GraphQLSchema): Generator<Breach> {
  for (const field of fieldsOf(schema.getMutationType())) {
    const place = `Mutation.${field.name}`;
    const name = field.name[0]?.toUpperCase() + field.name.slice(1);
    if (/^save[A-Z]/.test(field.name)) {
      const wrong = 'makes and changes in one: create and update are two mutations';
      yield { rule: 'create and update apart', place, wrong };
    }
    const payload = getNamedType(field.type);
    const fields = isObjectType(payload) ? payload.getFields() : {};
    if (
      String(field.type) !== `${name}Payload!` ||
      String(fields.errors?.type) !== `[${name}Error!]!` ||
      !isUnionType(schema.getType(`${name}Error`))
    ) {
      const wrong = `does not answer \`${name}Payload!\` with \`errors: [${name}Error!]!\`, a union`;
      yield { rule: 'a payload and a union for each mutation', place, wrong };
      continue;
    }
    yield* breachesOfUnion(schema, field, name, 'replayed' in fields);
    const on = field.args.find((argument) => argument.name === 'on');
    if (on && !field.name.startsWith('set')) {
      yield { rule: 'toggles are set', place, wrong: 'takes `on` and is not called set…' };
    }
  }
}

function* breachesOfUnion(
  schema: GraphQLSchema,
  field: Field,
  name: string,
  replayed: boolean,
): Generator<Breach> {
  const place = `Mutation.${field.name}`;
  const union = schema.getType(`${name}Error`);
  const members = new Set(isUnionType(union) ? union.getTypes().map((type) => type.name) : []);
  const inputs = inputsOf(field.args);
  const takes = (test: (input: Input) => boolean) => inputs.some(test);
  if (takes((input) => input.name === 'idempotencyKey')) {
    if (!replayed) {
      const wrong = 'takes an idempotency key and does not say whether it answers a repetition';
      yield { rule: 'repeats are reported', place, wrong };
    }
    if (!members.has('IdempotencyMismatchError')) {
      const wrong = 'takes an idempotency key and cannot say that it was used for something else';
      yield { rule: 'repeated keys can mismatch', place, wrong };
    }
  }
  if (takes(isCheckedText) && !members.has('ValidationError')) {
    const wrong = 'takes texts and cannot say what is wrong with them';
    yield { rule: 'texts can be refused', place, wrong };
  }
  const conflicts = [...members].some((member) => member.endsWith('ConflictError'));
  if (takes(({ name }) => /^expected(Version|Revision)$/.test(name)) && !conflicts) {
    const wrong = 'takes the version it expects and cannot say that there is another';
    yield { rule: 'versions can conflict', place, wrong };
  }
}

/** Whether what a client gives has texts or values that are checked before the use case sees them. */
export const takesCheckedTexts = ({ args }: Field): boolean => inputsOf(args).some(isCheckedText);

/** Arguments, and the fields of those that are inputs, however deep. */
function inputsOf(inputs: readonly Input[], seen = new Set<GraphQLInputType>()): Input[] {
  return inputs.flatMap((input) => {
    const type = getNamedType(input.type);
    if (!isInputObjectType(type) || seen.has(type)) return [input];
    seen.add(type);
    return [input, ...inputsOf(Object.values(type.getFields()), seen)];
  });
}

/** A text, which may at least be too long, or a value with rules of its own. */
const isCheckedText = ({ astNode, type }: Input): boolean =>
  CHECKED_SCALARS.test(getNamedType(type).name) ||
  (astNode?.directives ?? []).some(({ name }) =>
    ['label', 'prose', 'personName', 'placeName', 'opaque'].includes(name.value),
  );

function* breachesOfInputs(schema: GraphQLSchema): Generator<Breach> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      if (type.astNode?.directives?.some(({ name }) => name.value === 'oneOf')) {
        yield { rule: 'no oneOf', place: type.name, wrong: 'uses @oneOf, which does not compose' };
      }
      if (type.name !== 'MoneyInput' && fields.some(({ name }) => /minor$/i.test(name))) {
        yield { rule: 'money in one input', place: type.name, wrong: 'takes money apart' };
      }
      for (const field of fields) {
        yield* breachesOfInput(field, `${type.name}.${field.name}`, /^Update/.test(type.name));
      }
    } else if (isObjectType(type) || isInterfaceType(type)) {
      // A root query looks things up by their `id`; what is done names what it is done to.
      const looksUp = type === schema.getQueryType();
      for (const field of fieldsOf(type)) {
        for (const argument of field.args) {
          const place = `${type.name}.${field.name}(${argument.name}:)`;
          yield* breachesOfInput(argument, place, looksUp);
        }
      }
    }
  }
}

function* breachesOfInput(input: Input, place: string, mayBeId: boolean): Generator<Breach> {
  const type = isNonNullType(input.type) ? input.type.ofType : input.type;
  const isList = isListType(type);
  if (getNamedType(type).name === 'ID') {
    const named = isList ? /[a-z]Ids$/ : /[a-z]Id$/;
    if (named.test(input.name) || (mayBeId && /^ids?$/.test(input.name))) return;
    yield { rule: 'ids say of what', place, wrong: 'is an id and does not say of what' };
  } else if (isList && !/s$/.test(input.name)) {
    yield { rule: 'lists are plural', place, wrong: 'is a list named as one thing' };
  }
}
