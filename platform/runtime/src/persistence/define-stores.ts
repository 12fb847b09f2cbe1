/** How each store of a subgraph is created on a connection or a transaction, by its name. */
export type StoreMakers<Db> = Readonly<Record<string, (db: Db) => object>>;

/** The stores created in this way. */
export type StoresOf<StoresOn extends (db: never) => object> = ReturnType<StoresOn>;

const DB = Symbol('db');

/**
 * The stores of a subgraph on one connection or transaction. Each is created when it is first used, and then
 * kept, since most use cases need only a few of them.
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

/** Stores with additional tools; none of the stores is created by that. */
export const extendStores = <Stores, Tools extends object>(
  stores: Stores,
  tools: Tools,
): Stores & Tools => Object.create(stores as object, Object.getOwnPropertyDescriptors(tools));

/** Stores with some of them replaced, for the mutants of tests. */
export const replaceStores = <Stores>(stores: Stores, some: Partial<Stores>): Stores =>
  extendStores(stores, some);
