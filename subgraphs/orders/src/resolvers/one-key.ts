import { badInput } from '@souk/runtime/domain';

/** An order is named by its id or by its number: not by both, not by neither. */
export function assertOneKey({ id, number }: { id?: string | null; number?: string | null }): void {
  if ((id == null) === (number == null)) throw badInput('Give `id` or `number`.', ['id']);
}
