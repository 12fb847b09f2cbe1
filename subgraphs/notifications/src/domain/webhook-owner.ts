import { isIdOf } from '@souk/runtime/domain';

/** Endpoints are of a person or of a seller. */
export const isSeller = (ownerId: string): boolean => isIdOf('sel', ownerId);
