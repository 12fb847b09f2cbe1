import { digestOf } from '../domain/digest.ts';

/** The prefix of an API key's secret; an access token never has it. */
export const API_KEY_PREFIX = 'souk_';

const FORM = /^souk_[A-Za-z0-9_-]{43}$/;

export const isApiKeySecret = (token: string): boolean => FORM.test(token);

/** The form of a secret in which it is stored and looked up. */
export const apiKeyDigest = (secret: string): string => digestOf(secret);
