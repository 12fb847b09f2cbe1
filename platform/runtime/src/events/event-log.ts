import { newId } from '../domain/ids/typed-id.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import { prepared } from '../persistence/sql-statements.ts';
import { inSpan, SpanKind, traceparentOf } from '../telemetry/tracing.ts';
import { currentWork } from '../telemetry/work-context.ts';
import { EVENTS, type EventName, type PayloadOf } from './catalog/index.ts';
import { presentEvent } from './present-event.ts';

/** An event as a use case records it. */
export interface NewEvent<Name extends EventName = EventName> {
  type: Name;
  /** The object it happened to, e.g. `room:room_…`; the event gets its place in the order of that stream. */
  stream: string;
  payload: PayloadOf<Name>;
  /** Other streams that show the same event to clients, e.g. `user:usr_…`. */
  alsoIn?: readonly string[];
  /**
   * Shows an event that was recorded in its own stream in one more; consumers have already got it from there.
   */
  isCopy?: true;
}

/** An event whose payload lacks the fields that only the accompanying change knows. */
export type EventOfChange = {
  [Type in EventName]: Omit<NewEvent<Type>, 'payload'> & { payload: Partial<PayloadOf<Type>> };
}[EventName];

/** A statement made by `appendedWith`, and its parameter. */
export interface LoggedChange<Gives> {
  readonly text: string;
  /** Read by the statement as `$10::jsonb`. */
  readonly about: object;
  /** Its result, from the columns of its `gives`. */
  readonly read: (row: never) => Gives;
}

/** An event as stored in the log; its `type` determines the type of its payload. */
export type RecordedEvent<Name extends EventName = EventName> = {
  [Type in Name]: {
    id: string;
    /** Place in the whole log; increasing, with gaps. */
    position: number;
    stream: string;
    /** Place in its stream: 1, 2, 3, … without gaps. */
    sequence: number;
    type: Type;
    version: number;
    payload: PayloadOf<Type>;
    occurredAt: Date;
    /** The client request that caused it, if there is one. */
    requestId?: string;
    /** The span in which it was recorded, as W3C Trace Context writes one. */
    traceparent?: string;
  };
}[Name];

export interface EventLog {
  /** Appends in the surrounding transaction; committed with the change or not at all. */
  append<Name extends EventName>(event: NewEvent<Name>): Promise<RecordedEvent<Name>>;
  /**
   * Appends many events, to as many streams, in one statement, so that an event for many people need not be
   * appended one by one. Resolves in the order given.
   */
  appendAll<Name extends EventName>(
    events: readonly NewEvent<Name>[],
  ): Promise<RecordedEvent<Name>[]>;
  /**
   * Makes a change and appends its events in one statement; the change decides which of these events are
   * appended. Resolves to the result of the change and the appended events; to null when nothing was changed.
   */
  appendWith<Gives>(
    change: LoggedChange<Gives>,
    events: readonly EventOfChange[],
  ): Promise<{ gives: Gives; events: RecordedEvent[] } | null>;
  /**
   * Locks streams before several events are appended one by one: each append locks only its own stream, so
   * two transactions that append to the same streams in different order would wait for each other.
   */
  lock(streams: readonly string[]): Promise<void>;
}

export interface EventLogReader {
  /** Events of a stream after a sequence, oldest first, in their current versions. */
  read(stream: string, afterSequence: number, limit: number): Promise<RecordedEvent[]>;
  /** The last sequence given in each stream; 0 for one without events. */
  heads(streams: readonly string[]): Promise<Map<string, number>>;
  /** The first sequence still kept in a stream; head + 1 when none is. */
  tail(stream: string): Promise<number>;
}

export interface EventRow {
  id: string;
  position: bigint;
  stream: string;
  sequence: bigint;
  type: EventName;
  version: number;
  payload: never;
  occurred_at: Date;
  request_id: string | null;
  traceparent: string | null;
}

/** What is selected of an event in every query. */
export const EVENT_COLUMNS =
  'id, position, stream, sequence, type, version, payload, occurred_at, request_id, traceparent';

export const eventFromRow = (row: EventRow): RecordedEvent =>
  ({
    id: row.id,
    position: Number(row.position),
    stream: row.stream,
    sequence: Number(row.sequence),
    type: row.type,
    version: row.version,
    payload: row.payload,
    occurredAt: row.occurred_at,
    ...(row.request_id !== null && { requestId: row.request_id }),
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
  }) as RecordedEvent;

/**
 * The log of the surrounding transaction. The stream's row is locked from the first append until commit,
 * which makes sequences dense and in commit order. The time is read once the row is locked, not when the
 * transaction began, so that within a stream times never decrease: days of the log are dropped as a whole,
 * oldest first.
 */
export const createEventLog = (
  db: SqlExecutor,
  onAppended: (event: RecordedEvent, inItsOwnStream: boolean) => void = () => {},
): EventLog => {
  /** Rows of the statement, and the events in their own stream that they represent. */
  const send = async (events: readonly AnyNewEvent[], text: string, about: readonly unknown[]) => {
    const entries = events.flatMap(entriesOf);
    const deliveries = entries.flatMap(({ id, consumers }) =>
      consumers.map((consumer) => ({ id, consumer })),
    );
    const { requestId, trace } = currentWork();
    const rows = await db.$queryRawUnsafe<EventRow[]>(
      text,
      entries.map(({ id }) => id),
      entries.map(({ stream }) => stream),
      entries.map(({ type }) => type),
      entries.map(({ version }) => version),
      entries.map(({ payload }) => payload),
      deliveries.map(({ id }) => id),
      deliveries.map(({ consumer }) => consumer),
      requestId?.slice(0, MOST_OF_A_REQUEST_ID) ?? null,
      traceparentOf(trace) ?? null,
      ...about,
    );
    const recorded = new Map(rows.map((row) => [row.id, eventFromRow(row)]));
    const own: RecordedEvent[] = [];
    for (const { id, isOwn, isCopy } of entries) {
      const event = recorded.get(id);
      if (!event) continue;
      onAppended(event, isOwn && !isCopy);
      if (isOwn) own.push(event);
    }
    return { rows, own };
  };
  const inSpanOf = <Result>({ type }: AnyNewEvent, work: () => Promise<Result>) =>
    inSpan(`record ${type}`, work, { kind: SpanKind.PRODUCER });
  const appendAll: EventLog['appendAll'] = async (events) => {
    const [first] = events;
    if (!first) return [];
    return inSpanOf(first, async () => (await send(events, APPEND, [])).own as never);
  };
  return {
    lock: async (streams) => {
      await db.$queryRawUnsafe(
        'SELECT 1 FROM event_stream WHERE stream = ANY($1::text[]) ORDER BY stream COLLATE "C" FOR UPDATE',
        streams,
      );
    },
    appendAll,
    appendWith: async ({ text, about, read }, events) => {
      const [first] = events;
      if (!first) return null;
      const { rows, own } = await inSpanOf(first, () =>
        send(events, text, [JSON.stringify(about)]),
      );
      const [row] = rows;
      return row ? { gives: read(row as never), events: own } : null;
    },
    append: async (event) => (await appendAll([event]))[0] as never,
  };
};

/** Characters: on a socket, the id that a client gave its subscription is part of it. */
const MOST_OF_A_REQUEST_ID = 512;

type AnyNewEvent = Pick<NewEvent, 'type' | 'stream' | 'alsoIn' | 'isCopy'> & { payload: object };

/** An event's place in one stream; its consumers get its place in its own stream. */
function entriesOf({ type, stream, payload, alsoIn = [], isCopy }: AnyNewEvent) {
  const { version, consumedBy } = EVENTS[type];
  const text = JSON.stringify(payload);
  return [...new Set([stream, ...alsoIn])].map((target) => {
    const isOwn = target === stream;
    const consumers: readonly string[] = isOwn && !isCopy ? consumedBy : [];
    const entry = { id: newId('evt'), stream: target, type, version, payload: text };
    return { ...entry, consumers, isOwn, isCopy };
  });
}

/** The PostgreSQL channel that wakes the relay when a transaction with events commits. */
export const RELAY_CHANNEL = 'souk_events';

/** What the statement that appends events does besides, as common table expressions. */
interface ChangeParts {
  /**
   * What is done before. Its last part, `change`, has a row for each event to be appended, and none when
   * nothing was changed: which of the given events it is (`nth`, from 1), additional payload (`told`), and
   * the payload field for the sequence of the first event, if there is one (`tells_place_as`).
   */
  before: string;
  /** What is done with the appended events, `record`. */
  after: string;
  /** The columns, of the single row of `gives`, that the statement returns besides the events. */
  gives: string;
}

/**
 * Streams are locked in the same order everywhere, so two transactions cannot wait for each other. Each
 * stream advances by the number of its events, which take their places in the order given.
 */
const appending = (parts?: ChangeParts) =>
  prepared(`WITH ${parts ? `${parts.before}, ` : ''}given AS MATERIALIZED (
    SELECT entry.*, ${parts ? 'change.told, change.tells_place_as,' : ''}
      row_number() OVER (PARTITION BY stream ORDER BY nth DESC) - 1 AS followed_by
    FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[])
      WITH ORDINALITY AS entry(id, stream, type, version, payload, nth)
      ${parts ? 'JOIN change USING (nth)' : ''}
  ), head AS (
    INSERT INTO event_stream (stream, sequence)
    SELECT stream, count(*) FROM given GROUP BY stream ORDER BY stream COLLATE "C"
    ON CONFLICT (stream) DO UPDATE SET sequence = event_stream.sequence + excluded.sequence
    RETURNING stream, sequence
  ), record AS (
    INSERT INTO event_record
      (id, stream, sequence, type, version, payload, occurred_at, request_id, traceparent)
    SELECT placed.id, placed.stream, placed.place, placed.type, placed.version,
      placed.payload::jsonb ${parts ? TOLD : ''}, clock_timestamp(), $8::text, $9::text
    FROM (
      SELECT given.*, head.sequence - given.followed_by AS place
      FROM head JOIN given USING (stream) ORDER BY given.nth
    ) placed
    RETURNING ${EVENT_COLUMNS}
  ), delivery AS (
    INSERT INTO event_delivery (consumer, event_id, position, stream, sequence, occurred_at, due_at)
    SELECT wanted.consumer, id, position, stream, sequence, occurred_at,
      date_trunc('milliseconds', now())
    FROM record JOIN unnest($6::text[], $7::text[]) AS wanted(id, consumer) USING (id)
  )${parts ? `, ${parts.after}` : ''}
  SELECT record.*, ${parts ? `${parts.gives},` : ''}
    CASE WHEN cardinality($7::text[]) > 0 THEN pg_notify('${RELAY_CHANNEL}', '')::text END AS notified
  FROM record ${parts ? 'CROSS JOIN gives' : ''}`);

const TOLD = `|| coalesce(placed.told, '{}') || CASE WHEN placed.tells_place_as IS NULL THEN '{}'
        ELSE jsonb_build_object(placed.tells_place_as, first_value(placed.place) OVER (ORDER BY placed.nth)) END`;

const APPEND = appending();

/** The text of a statement that makes a change and appends its events; its parameter is `$10::jsonb`. */
export const appendedWith = (parts: ChangeParts): string => appending(parts);

const HEADS = prepared('SELECT stream, sequence FROM event_stream WHERE stream = ANY($1::text[])');

export const createEventLogReader = (db: SqlExecutor): EventLogReader => ({
  read: async (stream, afterSequence, limit) => {
    const rows = await db.$queryRawUnsafe<EventRow[]>(
      `SELECT ${EVENT_COLUMNS}
       FROM event_record WHERE stream = $1 AND sequence > $2::bigint
       ORDER BY sequence LIMIT $3::int`,
      stream,
      afterSequence,
      limit,
    );
    return rows.map((row) => presentEvent(eventFromRow(row)));
  },
  heads: async (streams) => {
    const rows = await db.$queryRawUnsafe<{ stream: string; sequence: bigint }[]>(HEADS, streams);
    const heads = new Map(streams.map((stream) => [stream, 0]));
    for (const { stream, sequence } of rows) heads.set(stream, Number(sequence));
    return heads;
  },
  tail: async (stream) => {
    const [row] = await db.$queryRawUnsafe<{ tail: bigint }[]>(
      `SELECT coalesce(
         (SELECT min(sequence) FROM event_record WHERE stream = $1),
         (SELECT sequence + 1 FROM event_stream WHERE stream = $1),
         1) AS tail`,
      stream,
    );
    return Number(row?.tail ?? 1);
  },
});
