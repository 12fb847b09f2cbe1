import { buildSchema, type GraphQLNullableType, getNullableType } from 'graphql';
import { expect, test } from 'vitest';
import { leafCheckFor } from './leaf-checks.ts';

const schema = buildSchema(`
  scalar Any
  enum Color { RED GREEN }
  type Query {
    string: String id: ID int: Int float: Float boolean: Boolean any: Any color: Color
    ids: [ID] list: [Int] strict: [Int!] nested: [[Color!]] anys: [Any] nestedAnys: [[Any!]]
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
  ['id', '9007199254740993', true],
  ['id', '1.5', null],
  ['id', '1e400', null],
  ['id', 'true', null],
  ['ids', '["a",1.5,7]', '["a",null,7]'],
  ['int', '-3', true],
  ['int', '3.5', null],
  ['int', '"3"', null],
  ['int', '2147483647', true],
  ['int', '-2147483648', true],
  ['int', '2147483648', null],
  ['int', '-2147483649', null],
  ['int', '9007199254740993', null],
  ['int', '1e400', null],
  ['float', '3.5e7', true],
  ['float', '"3.5"', null],
  ['float', '1e400', null],
  ['float', '-1e400', null],
  ['boolean', 'false', true],
  ['boolean', '0', null],
  ['any', '{"a":[1]}', true],
  ['any', '9007199254740993', true],
  ['any', '1e400', true],
  ['color', '"RED"', true],
  ['color', '"BLUE"', null],
  ['list', '[1,null,"x"]', '[1,null,null]'],
  ['list', '[1, 2]', true],
  ['list', '7', null],
  ['strict', '[1,null]', null],
  ['strict', '[1,"x"]', null],
  ['nested', '[["RED"],["BLUE"],null]', '[["RED"],null,null]'],
  ['anys', '[{},null]', true],
  ['nestedAnys', '[[9007199254740993],[null]]', '[[9007199254740993],null]'],
])('%s: %s', (field, text, expected) => {
  expect(verdict(field, text)).toBe(expected);
});
