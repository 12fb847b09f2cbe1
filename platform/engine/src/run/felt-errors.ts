import type { ResponsePath } from '../errors.ts';
import type { Scene } from './failures.ts';
import { destinationOf } from './later-places.ts';

/**
 * Whether an error at this path concerns something that the client requested. The planner fetches the
 * entities of a field in one request, whatever types they were reached through, and thus also fields that are
 * selected only for other types. Errors of these are irrelevant. Errors of fields that are fetched for other
 * reasons, such as `@requires`, may have an effect elsewhere.
 */
export const isFelt = ({ variant, answers }: Scene, path: ResponsePath): boolean =>
  destinationOf(variant.output, answers.root, path, 0, answers) !== 'elsewhere' ||
  !variant.selects(path);
