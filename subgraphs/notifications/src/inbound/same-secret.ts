import { timingSafeEqual } from 'node:crypto';
import { digestBytesOf } from '@souk/runtime/domain';

/** Whether two secrets are one, in a time that says nothing of where they differ. */
export const isSameSecret = (given: string, wanted: string): boolean =>
  timingSafeEqual(digestBytesOf(given), digestBytesOf(wanted));
