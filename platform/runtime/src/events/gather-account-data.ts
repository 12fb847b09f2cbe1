import type { Erasure } from '../persistence/erase-person.ts';
import { exportedColumns } from '../persistence/personal-rows.ts';
import { exportStream } from './catalog/streams.ts';
import { type Consumer, defineConsumer } from './consumers.ts';
import type { SubgraphName } from './define-event.ts';
import { seal } from './sealed-data.ts';
import type { TransactionTools } from './transaction.ts';

/** Rows of one table, as they are sealed. */
export interface GatheredRows {
  readonly table: string;
  readonly rows: readonly unknown[];
}

/** Where the next part begins. */
interface Place {
  readonly part: number;
  readonly column: number;
  readonly after: readonly string[] | null;
}

/**
 * What every subgraph does when somebody asks what is known of them: it tells its rows about them, some at a
 * time, sealed for whoever gathers them. Which rows those are is known from its rules of erasure.
 */
export const gatherAccountData = <Stores extends TransactionTools>(
  name: SubgraphName,
  erasure: Erasure = { rules: [], kept: {} },
): Consumer<Stores> => {
  const columns = exportedColumns(erasure);
  const withheldOf = (table: string) =>
    Object.keys(erasure.withheld ?? {}).flatMap((column) =>
      column.startsWith(`${table}.`) ? [column.slice(table.length + 1)] : [],
    );
  return defineConsumer<Stores>()({
    name: 'gather-account-data',
    consumes: 'users.AccountExportRequested',
    handle: async ({ event }, { events, personalRows }, from) => {
      const { exportId, userId, publicKey } = event;
      const at: Place = from ? JSON.parse(from) : { part: 0, column: 0, after: null };
      const column = columns[at.column];
      const { rows, next } = column
        ? await personalRows(column, {
            ...{ userId, after: at.after },
            withheld: withheldOf(column.table),
          })
        : { rows: [], next: null };
      const following = next ? at.column : at.column + 1;
      const isLast = following >= columns.length;
      const isTold = rows.length > 0 || isLast;
      if (isTold) {
        const gathered: GatheredRows = { table: column?.table ?? '', rows };
        const sealed = seal(publicKey, JSON.stringify(gathered));
        await events.append({
          type: `${name}.AccountDataGathered`,
          stream: exportStream(exportId),
          payload: { exportId, part: at.part, isLast, sealed },
        });
      }
      if (isLast) return;
      const place: Place = {
        ...{ part: isTold ? at.part + 1 : at.part, column: following },
        after: next,
      };
      return JSON.stringify(place);
    },
  });
};
