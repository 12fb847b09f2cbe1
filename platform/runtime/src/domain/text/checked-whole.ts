import { badInput } from '../errors/common-errors.ts';

/** The number itself, when it is whole and within its bounds; throws `BAD_USER_INPUT`. */
export function checkedWhole(
  value: number,
  path: readonly (string | number)[],
  { min, max }: { min: number; max: number },
) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw badInput(`Must be a whole number from ${min} to ${max}.`, path);
  }
  return value;
}
