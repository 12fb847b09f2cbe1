/** The name of a stream: its kind, and the id of the object it is about. */
export interface StreamName {
  (id: string): string;
  /** The part before the id, for statements that join rows with their streams. */
  readonly prefix: string;
  /** The id in the name of such a stream; throws for a name of another kind, which is a programming error. */
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

/** Everything that happens in a room, for all who are in it. */
export const roomStream = streamOf('room');
/**
 * Everything that happens to a person: account, orders, notifications, and what they did on other devices.
 */
export const userStream = streamOf('user');
/** What was requested by mail, for addresses whose digests begin alike: nobody follows it. */
export const mailboxStream = streamOf('mailbox');
/** Everything that happens in a group. */
export const groupStream = streamOf('group');
/** Everything that happens to an order, for everybody who may see it. */
export const orderStream = streamOf('order');
/** Everything that happens to one seller's part of an order. */
export const sellerOrderStream = streamOf('seller-order');
/** Everything that happens to a cart, by its key, since its id may be secret. */
export const cartStream = streamOf('cart');
/** Everything that happens to a seller and its members. */
export const sellerStream = streamOf('seller');
/** Everything that happens to a product, before and after it is published. */
export const productStream = streamOf('product');
/** Changes of the public catalogue. */
export const CATALOG_STREAM = 'catalog';
/** Changes of the category tree, for those who keep a copy of it; nobody follows it. */
export const CATEGORIES_STREAM = 'categories';
/** Changes of all orders, for staff. */
export const ORDERS_STREAM = 'orders';
/** The parts of one export of an account. */
export const exportStream = streamOf('export');
