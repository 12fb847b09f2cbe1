/** The name of a stream: what it is about, and whose it is. */
export interface StreamName {
  (id: string): string;
  /** What stands before the id, for a statement that joins a row with its stream. */
  readonly prefix: string;
  /** The id in the name of such a stream; throws for the name of another kind, which is a mistake in code. */
  idOf(stream: string): string;
}

function streamOf(kind: string): StreamName {
  const prefix = `${kind}:`;
  return Object.assign((id: string) => `${prefix}${id}`, {
    prefix,
    idOf: (stream: string) => {
      if (!stream.startsWith(prefix)) throw new Error(`${stream} is not the stream of a ${kind}.`);
      return stream.slice(prefix.length);
    },
  });
}

/** What happens in a room, for all who are in it. */
export const roomStream = streamOf('room');
/** What happens to a person: their account, orders, notifications, and what they did on other devices. */
export const userStream = streamOf('user');
/** What was asked for by mail, at addresses that share a digest's beginning: nobody follows it. */
export const mailboxStream = streamOf('mailbox');
/** What happens in a group. */
export const groupStream = streamOf('group');
/** What happens to an order, whoever looks at it. */
export const orderStream = streamOf('order');
/** What happens to one seller's part of an order. */
export const sellerOrderStream = streamOf('seller-order');
/** What happens to a cart, by its key: its id may be a secret. */
export const cartStream = streamOf('cart');
/** What happens to a seller and those who work for it. */
export const sellerStream = streamOf('seller');
/** What happens to a product, before and after it is published. */
export const productStream = streamOf('product');
/** What changes in the public catalogue. */
export const CATALOG_STREAM = 'catalog';
/** What becomes of the tree of categories: for who keeps a copy of it, and nobody follows it. */
export const CATEGORIES_STREAM = 'categories';
/** What happens to any order, for staff. */
export const ORDERS_STREAM = 'orders';
/** What is gathered for one export of an account. */
export const exportStream = streamOf('export');
