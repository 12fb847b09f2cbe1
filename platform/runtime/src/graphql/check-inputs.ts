import {
  defaultFieldResolver,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInt,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  valueFromAST,
} from 'graphql';
import { DomainError } from '../domain/errors/domain-error.ts';
import {
  allOf,
  type FormChecks,
  type FormLookups,
  mistakesOf,
  mistakesOfAll,
  throwAll,
} from '../domain/errors/several-errors.ts';
import { isBlank } from '../domain/text/characters.ts';
import { SCALAR_RULES } from '../domain/text/scalar-rules.ts';
import {
  label,
  opaque,
  personName,
  placeName,
  prose,
  searchWords,
  type TextRule,
} from '../domain/text/text-rules.ts';
import { argumentOf } from './given-arguments.ts';

/** The directives that say which rule a text follows; `max` is in graphemes. */
export const TEXT_DIRECTIVES: Readonly<Record<string, TextRule>> = {
  label,
  personName,
  placeName,
  prose,
  searchWords,
  opaque,
};

/**
 * Checks the arguments of every field by what the schema says of them, before its resolver runs: texts by
 * their directive, form scalars by their rule. The resolver gets them in the form in which they are kept and
 * compared. All mistakes are reported at once, with paths, together with those of the mutation's own form
 * check and of what is looked up for it. The lookup happens only when something is wrong already: a correct
 * form costs no extra statement.
 */
export function checkInputs(
  schema: GraphQLSchema,
  forms: FormChecks = {},
  lookups: FormLookups = {},
): GraphQLSchema {
  const checks = inputChecks();
  const mutations = schema.getMutationType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const check = checks.ofFields(field.args);
      const own =
        type === mutations ? { form: forms[field.name], look: lookups[field.name] } : undefined;
      if (!check && !own?.form && !own?.look) continue;
      guard(field, check ?? asGiven, own);
    }
  }
  return schema;
}

type Path = readonly (string | number)[];
type Values = Record<string, unknown>;
/** Returns the value in its canonical form, and adds its mistakes to `found`. */
type Check<Value> = (value: Value, path: Path, found: DomainError[]) => unknown;

function guard(
  field: GraphQLField<unknown, unknown>,
  check: Check<Values>,
  { form, look }: { form?: FormChecks[string]; look?: FormLookups[string] } = {},
): void {
  const checked = (args: Values) => {
    const found: DomainError[] = [];
    return { canonical: check(args, [], found) as Values, found };
  };
  if (field.subscribe) {
    const { subscribe } = field;
    field.subscribe = (source, args, context, info) => {
      const { canonical, found } = checked(args);
      throwAll(found);
      return subscribe(source, canonical, context, info);
    };
    return;
  }
  const throwWithLookups = async (
    found: readonly DomainError[],
    canonical: Values,
    context: unknown,
  ): Promise<never> => {
    const looked = look ? await mistakesOfAll(look(canonical as never, context as never)) : [];
    return throwAll([...found, ...looked]) as never;
  };
  const resolve = field.resolve ?? defaultFieldResolver;
  /** Unknown ids are reported together with the other mistakes, of which the use case found the first. */
  const resolveLooking: typeof resolve = async (source, args, context, info) => {
    try {
      return await resolve(source, args, context, info);
    } catch (error) {
      if (!(error instanceof DomainError) || !isOfAnId(error)) throw error;
      return throwWithLookups(allOf(error), args, context);
    }
  };
  field.resolve = (source, args, context, info) => {
    const { canonical, found } = checked(args);
    const wrong = [
      ...found,
      ...(look || found.length > 0 ? mistakesOf(() => form?.(canonical as never)) : []),
    ];
    if (wrong.length === 0) {
      return (look ? resolveLooking : resolve)(source, canonical, context, info);
    }
    if (look) return throwWithLookups(wrong, canonical, context);
    throwAll(wrong);
  };
}

const asGiven: Check<Values> = (values) => values;

const isOfAnId = (error: DomainError) =>
  allOf(error).every(({ category, argumentPath }) => category === 'NOT_FOUND' && argumentPath);

type Input = GraphQLArgument | GraphQLInputField;

/** Builds the checks of a schema's inputs; an input type used twice is built once. */
function inputChecks() {
  const ofTypes = new Map<GraphQLInputObjectType, Check<unknown> | undefined>();

  function ofFields(inputs: readonly Input[]): Check<Values> | undefined {
    const checks = inputs.flatMap((input) => {
      const check = ofType(input.type, textCheckOf(input));
      return check ? [[input.name, check] as const] : [];
    });
    if (checks.length === 0) return undefined;
    return (values, path, found) => {
      const canonical = { ...values };
      for (const [name, check] of checks) {
        if (values[name] != null) canonical[name] = check(values[name], [...path, name], found);
      }
      return canonical;
    };
  }

  function ofType(type: GraphQLInputType, text: LeafCheck | undefined): Check<unknown> | undefined {
    if (isNonNullType(type)) return ofNullable(type.ofType, text, false);
    return ofNullable(type, text, true);
  }

  function ofNullable(
    type: GraphQLInputType,
    text: LeafCheck | undefined,
    nullable: boolean,
  ): Check<unknown> | undefined {
    if (isListType(type)) {
      const check = ofType(type.ofType, text);
      return check && eachOf(check);
    }
    if (isInputObjectType(type)) return ofInputObject(type);
    const rule = SCALAR_RULES[(type as { name: string }).name as keyof typeof SCALAR_RULES];
    if (!text && !rule) return undefined;
    return (value, path, found) => {
      // For a nullable field, a text without anything visible counts as null.
      if (text && nullable && text.mayBeBlank && isBlank(value as string)) return null;
      let canonical: unknown = value;
      found.push(
        ...mistakesOf(() => {
          canonical = text ? text.check(value as string, path) : rule(value as string, path);
        }),
      );
      return canonical;
    };
  }

  function ofInputObject(type: GraphQLInputObjectType): Check<unknown> | undefined {
    if (ofTypes.has(type)) {
      // A recursive type: its checks are looked up when there is a value.
      return (value, path, found) => ofTypes.get(type)?.(value, path, found) ?? value;
    }
    ofTypes.set(type, undefined);
    const check = ofFields(Object.values(type.getFields())) as Check<unknown> | undefined;
    ofTypes.set(type, check);
    return check;
  }

  return { ofFields };
}

const eachOf =
  (check: Check<unknown>): Check<unknown> =>
  (values, path, found) =>
    (values as unknown[]).map((value, index) =>
      value == null ? value : check(value, [...path, index], found),
    );

/** An invisible name is a mistake even where the name is optional. */
const MAY_BE_BLANK: ReadonlySet<TextRule> = new Set([label, prose, searchWords]);

interface LeafCheck {
  check(text: string, path: Path): string;
  mayBeBlank: boolean;
}

function textCheckOf({ astNode }: Input): LeafCheck | undefined {
  for (const directive of astNode?.directives ?? []) {
    const rule = TEXT_DIRECTIVES[directive.name.value];
    if (!rule) continue;
    const max = argumentOf(directive, 'max');
    const limit = max && valueFromAST(max, GraphQLInt);
    if (typeof limit !== 'number') throw new Error(`@${directive.name.value} needs its \`max\`.`);
    return {
      check: (text, path) => rule(text, limit, path),
      mayBeBlank: MAY_BE_BLANK.has(rule),
    };
  }
  return undefined;
}
