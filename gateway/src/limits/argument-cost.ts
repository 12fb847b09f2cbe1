import {
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { ownProperty } from '../own-property.ts';
import type { CostRules } from './cost-rules.ts';

/** What the value of an argument, or of a field of an input, costs beside a weight of its own. */
export function valueCost(type: GraphQLInputType, value: unknown, rules: CostRules): number {
  if (value === null || value === undefined) return 0;
  if (isNonNullType(type)) return valueCost(type.ofType, value, rules);
  if (isListType(type)) {
    const items = Array.isArray(value) ? value : [value];
    return items.reduce<number>((sum, item) => sum + valueCost(type.ofType, item, rules), 0);
  }
  if (!isInputObjectType(type)) return rules.weights.get(type.name) ?? 0;
  if (typeof value !== 'object') return 0;
  return Object.values(type.getFields()).reduce((sum, { name, type: inner }) => {
    const given = ownProperty(value as Record<string, unknown>, name);
    if (given === undefined) return sum;
    return sum + givenCost(rules.weights.get(`${type.name}.${name}`), inner, given, rules);
  }, 0);
}

/** A weight that is declared where the value goes stands for that of the value's scalar or enum. */
export function givenCost(
  weight: number | undefined,
  type: GraphQLInputType,
  value: unknown,
  rules: CostRules,
): number {
  if (weight === undefined) return valueCost(type, value, rules);
  return weight + (isInputObjectType(getNamedType(type)) ? valueCost(type, value, rules) : 0);
}

/** Whether it depends on the value what one of this type costs. */
export function variesByValue(
  type: GraphQLInputType,
  rules: CostRules,
  seen: Set<string> = new Set(),
): boolean {
  const named = getNamedType(type);
  if (rules.weights.has(named.name)) return true;
  if (!isInputObjectType(named) || seen.has(named.name)) return false;
  seen.add(named.name);
  return Object.values(named.getFields()).some(
    (field) =>
      rules.weights.has(`${named.name}.${field.name}`) || variesByValue(field.type, rules, seen),
  );
}
