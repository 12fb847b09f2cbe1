import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two secrets are one, in a time that says nothing of where they differ. */
export const isSameSecret = (given: string, wanted: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
};
