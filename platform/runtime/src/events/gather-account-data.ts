import type { Erasure } from '../persistence/erase-person.ts';
import { exportedColumns, type PersonalColumn } from '../persistence/personal-rows.ts';
import { exportStream } from './catalog/streams.ts';
import { type Consumer, defineConsumer } from './consumers.ts';
import type { SubgraphName } from './define-event.ts';
import { seal } from './sealed-data.ts';
import type { TransactionTools } from './transaction.ts';

/** Rows of one table, as they are encrypted. */
export interface GatheredRows {
  readonly table: string;
  readonly rows: readonly unknown[];
}

/** Where the next part begins. */
interface Place {
  readonly part: number;
  /** By its name, since a new version may have other columns. */
  readonly column: string | null;
  readonly after: readonly string[] | null;
}

/**
 * What every subgraph does when somebody asks what is known of them: it answers with its rows about them in
 * parts, encrypted for the subgraph that collects them. Its rules of erasure determine which rows these are.
 */
export const gatherAccountData = <Stores extends TransactionTools>(
  name: SubgraphName,
  erasure: Erasure = { rules: [], kept: {} },
): Consumer<Stores> => {
  const columns = exportedColumns(erasure);
  const nameOf = ({ table, of, through = [] }: PersonalColumn) =>
    `${table}.${of} ${through.map((it) => it.table).join(' ')}`;
  const withheld = Object.keys(erasure.withheld ?? {});
  const columnsOf = (table: string, columns: readonly string[] = []) =>
    columns.flatMap((column) =>
      column.startsWith(`${table}.`) ? [column.slice(table.length + 1)] : [],
    );
  return defineConsumer<Stores>()({
    name: 'gather-account-data',
    consumes: 'users.AccountExportRequested',
    handle: async ({ event }, { events, personalRows }, from) => {
      const { exportId, userId, publicKey } = event;
      const at: Place = from ? JSON.parse(from) : { part: 0, column: null, after: null };
      const found = columns.findIndex((it) => nameOf(it) === at.column);
      // This version does not know that column, so it cannot continue behind its rows: everything is
      // collected again.
      const after = found < 0 ? null : at.after;
      const index = Math.max(found, 0);
      const column = columns[index];
      const { rows, next } = column
        ? await personalRows(column, {
            userId,
            after,
            withheld: columnsOf(column.table, withheld),
            noSecrets: columnsOf(column.table, erasure.noSecrets),
          })
        : { rows: [], next: null };
      const following = columns[next ? index : index + 1];
      const isLast = following === undefined;
      const hasRows = rows.length > 0;
      if (hasRows || isLast) {
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
        part: hasRows ? at.part + 1 : at.part,
        column: nameOf(following),
        after: next,
      };
      return JSON.stringify(place);
    },
  });
};
