import { buildSchema, type GraphQLNullableType, getNullableType } from 'graphql';
import { expect, test } from 'vitest';
import { leafCheckFor } from './leaf-checks.ts';

const schema = buildSchema(`
  scalar Any
  enum Color { RED GREEN }
  type Query {
    string: String id: ID int: Int float: Float boolean: Boolean any: Any color: Color
    list: [Int] strict: [Int!] nested: [[Color!]] anys: [Any]
  }`);
const verdict = (field: string, text: string) => {
  const type = schema.getQueryType()?.getFields()[field]?.type as GraphQLNullableType;
  const check = leafCheckFor(getNullableType(type));
  return check === undefined ? true : check(text);
};

test.each([
  ['string', '"a"', true],
  ['string', '1', null],
  ['string', '{"a":1}', null],
  ['id', '"a"', true],
  ['id', '12', true],
  ['id', 'true', null],
  ['int', '-3', true],
  ['int', '3.5', null],
  ['int', '"3"', null],
  ['float', '3.5e7', true],
  ['float', '"3.5"', null],
  ['boolean', 'false', true],
  ['boolean', '0', null],
  ['any', '{"a":[1]}', true],
  ['color', '"RED"', true],
  ['color', '"BLUE"', null],
  ['list', '[1,null,"x"]', '[1,null,null]'],
  ['list', '[1, 2]', true],
  ['list', '7', null],
  ['strict', '[1,null]', null],
  ['strict', '[1,"x"]', null],
  ['nested', '[["RED"],["BLUE"],null]', '[["RED"],null,null]'],
  ['anys', '[{},null]', true],
])('%s: %s', (field, text, expected) => {
  expect(verdict(field, text)).toBe(expected);
});
