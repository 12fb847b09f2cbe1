import { digestOf } from '../domain/digest.ts';

/** How the secret of an API key begins; an access token never does. */
export const API_KEY_PREFIX = 'souk_';

const FORM = /^souk_[A-Za-z0-9_-]{43}$/;

export const isApiKeySecret = (token: string): boolean => FORM.test(token);

/** What stands for a secret where it is stored, and where it is asked about. */
export const apiKeyDigest = (secret: string): string => digestOf(secret);
