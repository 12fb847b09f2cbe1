import { median } from '../median.ts';

export interface Measurement {
  readonly contender: string;
  readonly operation: string;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not the one that was right alone. */
  readonly wrong: number;
  readonly rssMb: number;
  /** The gateway's processor time per request. */
  readonly cpuMicroseconds: number;
  /** Requests to subgraphs for each request of a client, one at a time and under load. */
  readonly fetchesAlone: number;
  readonly fetchesUnderLoad: number;
}

type NumberKey = Exclude<keyof Measurement, 'contender' | 'operation'>;

/** A table per operation: medians over the rounds, and ratios to those who are named. */
export function report(
  measurements: readonly Measurement[],
  references: Readonly<Record<string, string>>,
): string {
  const columns = [
    ...['gateway', 'requests/s'],
    ...Object.keys(references).map((each) => `ratio to ${each}`),
    ...['p50 ms', 'p99 ms', 'CPU µs', 'RSS MB', 'fetches alone / under load', 'rounds', 'wrong'],
  ];
  const operations = [...new Set(measurements.map(({ operation }) => operation))];
  return operations
    .map((operation) => {
      const here = measurements.filter((one) => one.operation === operation);
      const of = (contender: string, key: NumberKey) =>
        median(here.filter((one) => one.contender === contender).map((one) => one[key]));
      const bases = Object.values(references).map((each) => of(each, 'requestsPerSecond'));
      const rows = [...new Set(here.map(({ contender }) => contender))].map((contender) => {
        const rps = of(contender, 'requestsPerSecond');
        const all = here.filter((one) => one.contender === contender);
        return [
          contender,
          rps.toFixed(0),
          ...bases.map((base) => (Number.isNaN(base) ? '' : (rps / base).toFixed(1))),
          of(contender, 'p50Ms').toFixed(1),
          of(contender, 'p99Ms').toFixed(1),
          of(contender, 'cpuMicroseconds').toFixed(0),
          of(contender, 'rssMb').toFixed(0),
          `${Number(of(contender, 'fetchesAlone').toFixed(1))} / ${of(contender, 'fetchesUnderLoad').toFixed(1)}`,
          all.map(({ requestsPerSecond }) => requestsPerSecond.toFixed(0)).join(' '),
          String(all.reduce((sum, { wrong }) => sum + wrong, 0)),
        ];
      });
      return [
        `### ${operation}`,
        '',
        `| ${columns.join(' | ')} |`,
        `|${'---|'.repeat(columns.length)}`,
        ...rows.map((row) => `| ${row.join(' | ')} |`),
        '',
      ].join('\n');
    })
    .join('\n');
}
