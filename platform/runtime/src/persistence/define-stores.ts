/** How each store of a subgraph is made on a connection or a transaction, by its name. */
export type StoreMakers<Db> = Readonly<Record<string, (db: Db) => object>>;

/** The stores that are made so. */
export type StoresOf<StoresOn extends (db: never) => object> = ReturnType<StoresOn>;

const DB = Symbol('db');

/**
 * The stores of a subgraph on one connection or transaction. Each is made when it is first asked for, as
 * most pieces of work read and write through few of them, and then kept.
 */
export const defineStores =
  <Db>() =>
  <Makers extends StoreMakers<Db>>(makers: Makers) => {
    class Stores {
      readonly [DB]: Db;
      constructor(db: Db) {
        this[DB] = db;
      }
    }
    for (const [name, make] of Object.entries(makers)) {
      Object.defineProperty(Stores.prototype, name, {
        get(this: Stores) {
          const value = make(this[DB]);
          Object.defineProperty(this, name, { value });
          return value;
        },
      });
    }
    return (db: Db) =>
      new Stores(db) as unknown as { readonly [Name in keyof Makers]: ReturnType<Makers[Name]> };
  };

/** Stores with tools beside them; none of the stores is made by that. */
export const extendStores = <Stores, Tools extends object>(
  stores: Stores,
  tools: Tools,
): Stores & Tools => Object.create(stores as object, Object.getOwnPropertyDescriptors(tools));

/** Stores with some of them replaced, as mutants are made in tests. */
export const replaceStores = <Stores>(stores: Stores, some: Partial<Stores>): Stores =>
  extendStores(stores, some);
