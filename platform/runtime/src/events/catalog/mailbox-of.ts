import { digestOf } from '../../domain/digest.ts';
import { mailboxStream } from './streams.ts';

/**
 * The stream of what is sent to an address that need not have an account. One of 4,096: each is a row for
 * good, and anybody may type an address. Nobody follows them, and those who are written to at the same
 * moment seldom meet in one.
 */
export const mailboxOf = (address: string): string => mailboxStream(digestOf(address).slice(0, 2));
