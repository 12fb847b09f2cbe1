import {
  type GraphQLEnumType,
  type GraphQLNullableType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
} from 'graphql';
import { elementTexts } from '../json/exact-json.ts';

/**
 * Checks the JSON text of a leaf: true when it may go to the client unchanged, otherwise the text to send in
 * its place (null for the whole, or a list with some elements nulled).
 */
export type LeafCheck = (text: string) => true | string | null;

const QUOTE = 0x22;
const isNumber = (text: string): boolean => {
  const code = text.charCodeAt(0);
  return code === 0x2d || (code >= 0x30 && code <= 0x39);
};
const isInt32 = (value: number): boolean => value >= -(2 ** 31) && value < 2 ** 31;
const isWhole = (text: string): boolean => isNumber(text) && Number.isInteger(Number(text));

/** Undefined for custom scalars: their form is up to their subgraph. */
export function leafCheckFor(type: GraphQLNullableType): LeafCheck | undefined {
  if (isListType(type)) return listCheck(type.ofType);
  if (isEnumType(type)) return enumCheck(type);
  return SCALARS.get('name' in type ? type.name : '');
}

const orNull = (valid: boolean): true | null => (valid ? true : null);

const SCALARS = new Map<string, LeafCheck>([
  ['String', (text) => orNull(text.charCodeAt(0) === QUOTE)],
  [
    'ID',
    (text) => {
      return orNull(text.charCodeAt(0) === QUOTE || isWhole(text));
    },
  ],
  ['Float', (text) => orNull(isNumber(text) && Number.isFinite(Number(text)))],
  ['Int', (text) => orNull(isWhole(text) && isInt32(Number(text)))],
  ['Boolean', (text) => orNull(text === 'true' || text === 'false')],
]);

/** Values that are @inaccessible are not in the API schema, and therefore not in this set. */
function enumCheck(type: GraphQLEnumType): LeafCheck {
  const visible = new Set(type.getValues().map(({ name }) => JSON.stringify(name)));
  return (text) => orNull(visible.has(text));
}

/** A list of leaves arrives as one text; it is split only to check its elements. */
function listCheck(elementType: unknown): LeafCheck {
  const nonNull = isNonNullType(elementType);
  const check = leafCheckFor(getNullableType(elementType as GraphQLNullableType));
  return (text) => {
    if (!text.startsWith('[')) return null;
    let changed = false;
    const texts = elementTexts(text).map((element) => {
      if (element === 'null' || check === undefined) return element;
      const verdict = check(element);
      if (verdict === true) return element;
      changed = true;
      return verdict ?? 'null';
    });
    if (nonNull && texts.includes('null')) return null;
    return changed ? `[${texts.join(',')}]` : true;
  };
}
