import { timingSafeEqual } from 'node:crypto';
import { digestBytesOf } from '@souk/runtime/domain';

/** Whether two secrets are equal, in a time that does not reveal where they differ. */
export const isSameSecret = (given: string, wanted: string): boolean =>
  timingSafeEqual(digestBytesOf(given), digestBytesOf(wanted));
