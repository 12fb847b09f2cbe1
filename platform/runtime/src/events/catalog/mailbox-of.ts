import { digestOf } from '../../domain/digest.ts';
import { mailboxStream } from './streams.ts';

/**
 * The stream of messages to an address that need not have an account. There are 4,096 of them, since each is
 * a permanent row and anybody can type an address. Nobody follows them, and messages sent at the same moment
 * rarely share one.
 */
export const mailboxOf = (address: string): string => mailboxStream(digestOf(address).slice(0, 2));
